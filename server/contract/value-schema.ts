import { z } from 'zod';

/** What is known of a value: its type, its size, and the columns or the element type where it has such. */
export const ValueSchema = z.object({
  type: z.string(),
  shape: z.string().optional(),
  columns: z.array(z.object({ name: z.string(), type: z.string() })).optional()
});
export type ValueSchema = z.infer<typeof ValueSchema>;
