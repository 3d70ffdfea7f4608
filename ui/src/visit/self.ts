import { backend, type Person, type Visit } from "../backend";

/** Who stands here and is named, but is not in the household's list yet: 来庁した方 or 届出人. */
export function notListed(people: Visit["people"]): Person | null {
  const listed = people.persons.filter((one) => one.id.startsWith("household["));
  const here = people.persons.filter((one) => one.id === "visitor" || one.id === "applicant");
  const titles = here.map((one) => one.title);
  if (listed.some((one) => one.same_as !== null && titles.includes(one.same_as))) return null;
  const named = here.find((one) =>
    one.facts.some((row) => row.fact.endsWith(".name") && row.value !== "" && !row.to_confirm),
  );
  const is = (attribute: string, of: Person) =>
    of.facts.find((row) => row.fact.endsWith(`.${attribute}`))?.value ?? "";
  // Typed into the list before: that is the same person, to be said so and not to be added.
  if (named && listed.some((one) => is("name", one) === is("name", named))) return null;
  return named ?? null;
}

export const nameOf = (person: Person): string =>
  person.facts.find((row) => row.fact.endsWith(".name"))?.value ?? person.title;

/** Adds a person of the case to the household: nothing of them is typed again. */
export async function list(visit: Visit, person: Person): Promise<Visit> {
  const at = visit.people.persons.filter((one) => one.id.startsWith("household[")).length;
  await backend.addMember(visit.case.id);
  return backend.samePerson(visit.case.id, `household[${at}]`, person.id);
}
