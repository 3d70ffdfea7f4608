import Ban from "@lucide/svelte/icons/ban";
import Camera from "@lucide/svelte/icons/camera";
import CircleCheck from "@lucide/svelte/icons/circle-check";
import IdCard from "@lucide/svelte/icons/id-card";
import Printer from "@lucide/svelte/icons/printer";
import Server from "@lucide/svelte/icons/server";
import TriangleAlert from "@lucide/svelte/icons/triangle-alert";
import Type from "@lucide/svelte/icons/type";
import type { CheckState, Part } from "../backend";

type Icon = typeof Camera;

export const PART_NAMES: Record<Part, string> = {
  reader: "カードリーダー",
  camera: "カメラ",
  printer: "プリンター",
  server: "サーバー",
  screen_font: "画面の書体",
  name_font: "氏名の書体（外字・異体字）",
};

export const PART_ICONS: Record<Part, Icon> = {
  reader: IdCard,
  camera: Camera,
  printer: Printer,
  server: Server,
  screen_font: Type,
  name_font: Type,
};

/** A shape as well as a colour, for those who do not tell colours apart. */
export const STATE_ICONS: Record<CheckState, Icon> = {
  ready: CircleCheck,
  absent: TriangleAlert,
  unused: Ban,
};

export const STATE_NAMES: Record<CheckState, string> = {
  ready: "使えます",
  absent: "ありません",
  unused: "使いません",
};

export const STATE_TONES: Record<CheckState, string> = {
  ready: "text-good",
  absent: "text-caution",
  unused: "text-ink-soft",
};
