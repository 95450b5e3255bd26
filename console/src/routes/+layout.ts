// The server holds no console code: everything runs in the browser, against the API.
export const ssr = false;
export const prerender = false;
