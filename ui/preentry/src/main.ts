import { mount } from "svelte";
import Page from "./Page.svelte";
import type { Pack } from "./questions";
import "./page.css";

const target = document.getElementById("app");
const written = document.getElementById("pack")?.textContent ?? "{}";
const pack = JSON.parse(written) as Partial<Pack>;
if (target) mount(Page, { target, props: { pack: pack.format === 1 ? (pack as Pack) : null } });
