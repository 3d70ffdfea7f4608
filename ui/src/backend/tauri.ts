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
  begin: (caseId, step) => invoke("begin", { case: caseId, step }),
  visit: (caseId) => invoke("visit", { case: caseId }),
  answer: (caseId, fact, given) => invoke("answer", { case: caseId, fact, given }),
  addMember: (caseId) => invoke("add_member", { case: caseId }),
  removeMember: (caseId, position) => invoke("remove_member", { case: caseId, position }),
  household: (caseId, known) => invoke("household", { case: caseId, known }),
  mark: (caseId, procedure, subject, mark) => invoke("mark", { case: caseId, procedure, subject, mark }),
  note: (caseId, words) => invoke("note", { case: caseId, words }),
  undo: (caseId) => invoke("undo", { case: caseId }),
  closeCase: (caseId) => invoke("close_case", { case: caseId }),
  practiceCards: () => invoke("practice_cards"),
  readPracticeCard: (caseId, person, card, entry) =>
    invoke("read_practice_card", { case: caseId, person, card, entry }),
  session: () => invoke("session"),
  touch: () => invoke("touch"),
  lock: () => invoke("lock"),
  signOut: () => invoke("sign_out"),
  practise: (on) => invoke("practise", { on }),
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
