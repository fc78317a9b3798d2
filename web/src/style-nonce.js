// The editor and the dialogs write <style> elements while they run. The policy of the page lets
// in only those that carry its nonce, so every <style> made here carries it. Import this first.
const { nonce } = document.querySelector('link[rel="stylesheet"]');
const createElement = document.createElement.bind(document);

document.createElement = (name, options) => {
  const element = createElement(name, options);
  if (name === "style") element.nonce = nonce;
  return element;
};
