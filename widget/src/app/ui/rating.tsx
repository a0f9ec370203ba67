/** How was it: a score, and once it is given the questions that may be left out. Can be changed for a day. */
import { useState } from "preact/hooks";
import type { Rating } from "../../wire.ts";
import { Done, Field, type Props, Trouble } from "./parts.tsx";

export function RatingForm(props: Props) {
  const { state, deeds, t } = props;
  const [again, setAgain] = useState(false);
  const [rating, setRating] = useState<Partial<Rating>>(state.chat?.rating ?? {});
  const set = (part: Partial<Rating>) => setRating({ ...rating, ...part });
  const { score } = rating;
  if (state.rated && !again)
    return (
      <div class="card">
        <Done>{t("rate_thanks")}</Done>
        <button type="button" class="plain" onClick={() => setAgain(true)}>
          {t("rate_change")}
        </button>
      </div>
    );
  return (
    <form
      class="rating"
      onSubmit={(event) => {
        event.preventDefault();
        setAgain(false);
        if (score) void deeds.rate({ ...given(rating), score });
      }}
    >
      <Scale
        name="score"
        title={t("rate_title")}
        hint={t("rate_scale")}
        range={[1, 5]}
        value={score}
        pick={(value) => set({ score: value })}
      />
      {score && <More {...props} rating={rating} set={set} />}
    </form>
  );
}

/** Without what was left out: the server takes no nulls and no empty comment. */
const given = (rating: Partial<Rating>) =>
  Object.fromEntries(
    Object.entries(rating)
      .map(([key, value]) => [key, typeof value === "string" ? value.trim() : value])
      .filter(([, value]) => value !== null && value !== ""),
  );

type MoreProps = Props & { rating: Partial<Rating>; set: (part: Partial<Rating>) => void };

function More({ state, t, rating, set }: MoreProps) {
  return (
    <>
      <Scale
        name="effort"
        title={t("effort")}
        hint={t("effort_scale")}
        range={[1, 7]}
        value={rating.effort}
        pick={(effort) => set({ effort })}
      />
      <Scale
        name="recommend"
        title={t("recommend")}
        hint={t("recommend_scale")}
        range={[0, 10]}
        value={rating.recommend}
        pick={(recommend) => set({ recommend })}
      />
      <Field label={t("comment")} hint={t("optional")}>
        {(control) => (
          <textarea
            {...control}
            dir="auto"
            rows={2}
            maxLength={4000}
            value={rating.comment ?? ""}
            onInput={(event) => set({ comment: event.currentTarget.value })}
          />
        )}
      </Field>
      <Trouble state={state} t={t} deed="chat:rate" />
      <button type="submit" disabled={state.busy === "chat:rate"}>
        {t("rate_send")}
      </button>
    </>
  );
}

interface ScaleProps {
  name: "score" | "effort" | "recommend";
  title: string;
  hint: string;
  range: [from: number, to: number];
  value: number | null | undefined;
  pick: (value: number) => void;
}

/** Radio buttons in a row: arrow keys move, the label is the number. */
function Scale({ name, title, hint, range: [from, to], value, pick }: ScaleProps) {
  const numbers = Array.from({ length: to - from + 1 }, (_, index) => from + index);
  return (
    <fieldset class={name === "score" ? "scale big" : "scale"}>
      <legend>{title}</legend>
      <p class="small mut">{hint}</p>
      <div class="numbers num">
        {numbers.map((number) => (
          <label key={number}>
            <input type="radio" name={name} checked={number === value} onChange={() => pick(number)} />
            <span>{number}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
