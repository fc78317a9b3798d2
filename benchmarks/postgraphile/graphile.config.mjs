// PostGraphile as its documentation serves it in production, at DATABASE_URL and PORT.
import { makePgService } from "postgraphile/adaptors/pg";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";

export default {
  extends: [PostGraphileAmberPreset],
  pgServices: [
    makePgService({ connectionString: process.env.DATABASE_URL, schemas: ["public"] }),
  ],
  grafserv: { port: Number(process.env.PORT), host: "127.0.0.1", graphiql: false, watch: false },
  // Plain lists beside connections: quicker for what is shown whole.
  schema: { defaultBehavior: "+list +connection" },
};
