// The edge's JSON below /_edge. Same origin, so the browser sends its credentials with each request.

async function ask(method, path) {
  // Not relative: the page's own URL may have credentials in it, which `fetch` refuses.
  const answer = await fetch(`${location.origin}/_edge/${path}`, { method });
  const text = await answer.text();
  if (!answer.ok) {
    let message;
    try { message = JSON.parse(text).message; } catch { message = text; }
    throw new Error(message || `${method} /_edge/${path}: ${answer.status}`);
  }
  return text ? JSON.parse(text) : null;
}

export const get = path => ask('GET', path);
export const post = path => ask('POST', path);

/** Has a fault strike a connection or a function so many times, or always; 0 takes it back. */
export const aim = (kind, id, fault, times) =>
  post(`${kind}/${encodeURIComponent(id)}/${fault}?times=${times}`);
