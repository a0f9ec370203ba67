// Copies a text, and says so.
import { useState } from "preact/hooks";

interface CopyButtonProps {
  text: string;
  words: string;
  /** Instead of the words once it is copied. */
  done: string;
}

export function CopyButton({ text, words, done }: CopyButtonProps) {
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard?.writeText(text).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  };
  return (
    <>
      <button type="button" class="btn quiet" onClick={() => void copy()}>
        {copied ? done : words}
      </button>
      <span class="sr" role="status">
        {copied && done}
      </span>
    </>
  );
}
