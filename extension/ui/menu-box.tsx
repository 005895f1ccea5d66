// A button that opens a small box below itself; Escape or a click elsewhere closes it, and the focus goes back.
import React, { useEffect, useRef, useState } from 'react';

interface MenuBoxProps {
  label: string;
  /** At the right edge of the button instead of the left. */
  right?: boolean;
  children(close: () => void): React.ReactNode;
}

export function MenuBox({ label, right = false, children }: MenuBoxProps): React.JSX.Element {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  useEffect(() => {
    if (!open) return;
    const elsewhere = (event: PointerEvent) => {
      if (!box.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener('pointerdown', elsewhere);
    return () => document.removeEventListener('pointerdown', elsewhere);
  }, [open]);
  return (
    <div
      className="sl-menu-box"
      ref={box}
      onKeyDown={event => {
        if (event.key !== 'Escape' || !open) return;
        event.stopPropagation();
        close();
      }}
    >
      <button
        ref={button}
        type="button"
        className="sl-button"
        aria-expanded={open}
        aria-haspopup="dialog"
        onClick={() => setOpen(!open)}
      >
        {label}
      </button>
      {open && (
        <div className={right ? 'sl-menu sl-right' : 'sl-menu'} role="dialog" aria-label={label}>
          {children(close)}
        </div>
      )}
    </div>
  );
}
