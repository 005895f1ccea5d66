// Registered models as another tracker had them: versions keep their numbers, aliases what they point to.
import type { CarriedRegisteredModel, CarriedVersion } from '../contract/transfer.ts';
import * as store from './store.ts';

const BY = 'import';

/** Where a run's or logged model's artifacts are here. */
type PlaceOf = (id: string) => Promise<string | undefined>;

/** @returns notes about what stood in the way. */
export async function carryInModel(
  db: store.Connection,
  carried: CarriedRegisteredModel,
  placeOf: PlaceOf
): Promise<string[]> {
  const notes: string[] = [];
  const known = await store.findModel(db, carried.name);
  const model =
    known?.id ??
    (await store.insertModel(db, carried.name, carried.description, carried.createdAt));
  if (!known?.description) {
    const { description, updatedAt: updated_time } = carried;
    await store.updateModel(db, model, { description, updated_time });
  }
  for (const [key, value] of Object.entries(carried.tags))
    await store.setModelTag(db, model, key, value);
  const taken = new Map(
    (await store.listVersions(db, { model })).map(version => [version.version, version])
  );
  const ours = new Set<number>();
  for (const version of carried.versions) {
    const found = taken.get(version.version);
    if (found && !isSame(found, version)) {
      notes.push(
        `Version ${version.version} of "${carried.name}" is another one here; it was left as it is`
      );
      continue;
    }
    ours.add(version.version);
    if (!found) await insert(db, model, version, placeOf);
    for (const [key, value] of Object.entries(version.tags))
      await store.setVersionTag(db, { model, version: version.version }, key, value);
  }
  for (const [alias, version] of Object.entries(carried.aliases)) {
    const from = known?.aliases[alias] ?? null;
    if (!ours.has(version) || from === version) continue;
    if (from !== null) {
      notes.push(`"${carried.name}@${alias}" points to version ${from} here, and still does`);
      continue;
    }
    await store.writeAlias(db, {
      model,
      alias,
      from_version: null,
      to_version: version,
      moved_by: BY,
      time: carried.updatedAt,
      undoes: null
    });
  }
  return notes;
}

async function insert(
  db: store.Connection,
  model: number,
  version: CarriedVersion,
  placeOf: PlaceOf
): Promise<void> {
  const { within } = version;
  const owner = within && (within.model ?? within.run);
  const place = owner === undefined ? undefined : await placeOf(owner);
  await store.insertVersion(db, {
    model,
    version: version.version,
    source: version.source,
    storage_location:
      place === undefined
        ? version.storageLocation
        : [place, within!.path].filter(Boolean).join('/'),
    run_id: version.runId ?? null,
    run_link: version.runLink,
    logged_model_id: version.loggedModelId ?? null,
    description: version.description,
    stage: version.stage,
    created_time: version.createdAt,
    updated_time: version.updatedAt
  });
}

const isSame = (found: store.VersionRecord, version: CarriedVersion): boolean =>
  found.source === version.source && found.created_time === version.createdAt;
