// Stands in for KubeOrch's UI: `npm run dev -- --port N` as Next takes it, or PORT; a page that names its API.
const http = require('node:http');

const flag = process.argv.indexOf('--port');
const port = flag > 0 ? process.argv[flag + 1] : process.env.PORT || '3001';
const api = process.env.NEXT_PUBLIC_API_URL || '';

const server = http.createServer((request, response) => {
  response.setHeader('Content-Type', 'text/html');
  response.end(`<!doctype html><title>UI stand-in</title><p data-api="${api}">${request.url}</p>\n`);
});
server.listen(Number(port), process.env.HOSTNAME || undefined, () => console.log(`ui stand-in on :${port}`));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(0));
