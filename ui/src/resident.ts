import { mount } from "svelte";
import "./app.css";
import Resident from "./resident/Resident.svelte";

const target = document.getElementById("app");
if (target) mount(Resident, { target });
