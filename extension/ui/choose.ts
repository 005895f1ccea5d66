// Which one of several, asked by a list; one alone is not asked for, and where there is none it is said why.
import { InputDialog, Notification } from '@jupyterlab/apputils';

interface Question<Item> {
  title: string;
  nameOf(item: Item): string;
  /** Said where there is nothing to choose from. */
  none?: string;
}

export async function choose<Item>(
  items: readonly Item[],
  { title, nameOf, none }: Question<Item>
): Promise<Item | undefined> {
  if (items.length === 0 && none !== undefined) Notification.info(none, { autoClose: 8000 });
  if (items.length < 2) return items[0];
  const names = items.map(nameOf);
  const { button, value } = await InputDialog.getItem({ title, items: names });
  return button.accept && value !== null ? items[names.indexOf(value)] : undefined;
}
