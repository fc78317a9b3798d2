"""How a client learns what it may still ask for (draft-ietf-httpapi-ratelimit-headers-10).

Quotas are in units of cost, not requests: see `schema.limits.measure`.
"""

from resolvers.rate_limits import Limit, RateLimited, Standing
from schema.http import HttpRefusal


def rate_headers(standing: Standing) -> dict[str, str]:
    """Say the quota, what is left of it, and in how many seconds all of it is there again."""
    rate = standing.rate
    return {
        "RateLimit-Policy": f'"{Limit.DEFAULT}";q={rate.units};w={rate.seconds}',
        "RateLimit": f'"{Limit.DEFAULT}";r={standing.left};t={standing.reset}',
    }


def over_the_limit(standing: Standing) -> HttpRefusal | None:
    """Refuse a request that was not let through, and say when to try again."""
    if not standing.wait:
        return None
    refusal = RateLimited(standing.wait)
    seconds = refusal.retry_after
    headers = {"Retry-After": str(seconds)}
    extensions = {"retryAfter": seconds}
    return HttpRefusal(429, refusal.code, refusal.message, headers, extensions)
