// Semantic versions, of everything that has versions: pipelines, steps, outputs, datasets, models.
import { z } from 'zod';

export const Bump = z.enum(['first', 'major', 'minor', 'patch', 'none']);
export type Bump = z.infer<typeof Bump>;

/** A semantic version with the rule's verdict: *major* when a consumer can break, *minor* when it behaves otherwise, *patch* for the rest. */
export const SemanticVersion = z.object({
  version: z.string(),
  bump: Bump,
  reason: z.string(),
  /** What the rule said, where somebody decided otherwise. */
  ruled: Bump.optional()
});
export type SemanticVersion = z.infer<typeof SemanticVersion>;

/** What somebody may decide in place of the rule. */
export const OverrideBump = Bump.exclude(['first', 'none']);
export type OverrideBump = z.infer<typeof OverrideBump>;
