import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import type { Backend, Check, ResidentBackend, ResidentScreen } from ".";

const hear = async <T>(event: string, tell: (payload: T) => void) =>
  await listen<T>(event, (heard) => tell(heard.payload));

export const tauri: Backend & ResidentBackend = {
  start: () => invoke("start"),
  usable: () => invoke("usable"),
  reception: () => invoke("reception"),
  search: (query) => invoke("search", { query }),
  openCase: (lifeEvent, ticket) => invoke("open_case", { lifeEvent, ticket }),
  takeBack: (caseId) => invoke("take_back", { case: caseId }),
  restore: (caseId) => invoke("restore", { case: caseId }),
  devices: () => invoke("devices"),
  onDevices: (tell) => hear<Check[]>("devices", tell),
  fonts: () => invoke("fonts"),
  setDisplay: (display) => invoke("set_display", { display }),
  openResidentWindow: () => invoke("open_resident_window"),
  closeResidentWindow: () => invoke("close_resident_window"),
  residentWindowOpen: () => invoke("resident_window_open"),
  onResidentWindow: (tell) => hear<boolean>("resident-window", tell),
  welcomeNext: () => invoke("welcome_next"),
  residentScreen: () => invoke("resident_screen"),
  onResidentScreen: (tell) => hear<ResidentScreen>("resident-screen", tell),
};
