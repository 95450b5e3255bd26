// redact-pii's synchronous redactor with five of its patterns: reads texts, tells how many megabytes it masks in a second.
const { SyncRedactor } = require("redact-pii");
const { readFileSync } = require("fs");

const off = { enabled: false };
const redactor = new SyncRedactor({
  builtInRedactors: { names: off, streetAddress: off, username: off, password: off, credentials: off, digits: off, url: off, zipcode: off },
});
const { texts } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const size = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
let best = 0;
let kept = 0;
for (let round = 0; round < 9; round++) {
  const begin = process.cpuUsage();
  for (const text of texts) kept += redactor.redact(text).length;
  const { user, system } = process.cpuUsage(begin);
  best = Math.max(best, size / (user + system));
}
if (kept === 0) process.exit(1);
console.log(best);
