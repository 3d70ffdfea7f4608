// json-rules-engine on the decisions that Madoka's benchmark hands over: `node main.js RULES.json RECORDS.json`.
//
// One engine, its rules added once. First it prints every record's results as one line of JSON. Then every line it is
// given asks for one sample, and it answers with nanoseconds a record.

import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { Engine } from "json-rules-engine";

// A sample lasts at least so long, in microseconds.
const SAMPLE = 20_000;

const [rules, records] = process.argv.slice(2).map((file) => JSON.parse(readFileSync(file, "utf8")));
const engine = new Engine();
for (const [name, conditions] of Object.entries(rules.conditions)) engine.setCondition(name, conditions);
for (const { id, conditions } of rules.rules) engine.addRule({ conditions, event: { type: id } });

const results = [];
for (const record of records) {
  const { events, failureEvents } = await engine.run(record);
  const result = {};
  for (const event of failureEvents) result[event.type] = false;
  for (const event of events) result[event.type] = true;
  results.push(result);
}
console.log(JSON.stringify(results));

// The time this process has been given by its processors.
function used() {
  const { user, system } = process.cpuUsage();
  return user + system;
}

for await (const _ of createInterface({ input: process.stdin })) {
  const started = used();
  let judged = 0;
  while (used() - started < SAMPLE) {
    for (const record of records) {
      await engine.run(record);
      judged += 1;
    }
  }
  console.log(String(((used() - started) * 1e3) / judged));
}
