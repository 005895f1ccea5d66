import { type RefObject, useEffect, useState } from 'react';

/** Of the element, as it is laid out; 0 until it is. */
export function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const sized = new ResizeObserver(([entry]) => setWidth(Math.floor(entry!.contentRect.width)));
    sized.observe(element.current!);
    return () => sized.disconnect();
  }, [element]);
  return width;
}
