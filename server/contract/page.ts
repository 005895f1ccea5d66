import { z } from 'zod';

/** The one shape of a list: items, newest first unless said, and the cursor of the next page when there is one. */
export const page = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), next: z.string().optional() });

export const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  cursor: z.string().optional()
});
