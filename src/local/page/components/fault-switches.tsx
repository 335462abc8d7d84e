import { useId, useState } from 'react';
import type { Faults } from '../../workspace/page-contract.ts';
import { useWorkspace } from '../state/workspace-context.tsx';

type Amount = Exclude<keyof Faults, 'doubleDelivery'>;

const amounts: readonly {
  readonly key: Amount;
  readonly label: string;
  readonly unit: string;
  readonly max: number;
  readonly about: string;
}[] = [
  {
    key: 'latencyMs',
    label: 'Slow answers',
    unit: 'ms',
    max: 5_000,
    about: 'Every request takes this much longer, both ways.',
  },
  {
    key: 'serverErrorPercent',
    label: 'Server errors',
    unit: '%',
    max: 100,
    about: 'Share of the bot’s calls that are answered with 500.',
  },
  {
    key: 'rateLimitPercent',
    label: 'Rate limits',
    unit: '%',
    max: 100,
    about: 'Share answered with 429 and Retry-After: 2.',
  },
  {
    key: 'dropAfterPercent',
    label: 'Lost answers',
    unit: '%',
    max: 100,
    about: 'Share whose work is done and whose connection is then dropped.',
  },
];

export const noFaults: Faults = {
  latencyMs: 0,
  serverErrorPercent: 0,
  rateLimitPercent: 0,
  dropAfterPercent: 0,
  doubleDelivery: false,
};

export const faultsOn = (faults: Faults): number =>
  amounts.filter(({ key }) => faults[key] > 0).length + (faults.doubleDelivery ? 1 : 0);

/** What goes wrong on purpose between this workspace and the bot. */
export function FaultSwitches() {
  const { snapshot, act } = useWorkspace();
  const [problem, setProblem] = useState<string | null>(null);
  const { faults } = snapshot;
  const set = async (next: Faults) => {
    const answer = await act({ kind: 'set-faults', faults: next });
    setProblem(answer.ok ? null : answer.error);
  };
  return (
    <div className="faults">
      <p className="faults__about">
        Switch on what can go wrong between Slack and the bot, and watch the bot stay right. The bot does not
        know.
      </p>
      <div className="faults__grid">
        {amounts.map((amount) => (
          <AmountSwitch
            key={amount.key}
            of={amount}
            amount={faults[amount.key]}
            onChange={(value) => void set({ ...faults, [amount.key]: value })}
          />
        ))}
        <label className="fault fault--switch">
          <input
            type="checkbox"
            role="switch"
            aria-checked={faults.doubleDelivery}
            checked={faults.doubleDelivery}
            onChange={(event) => void set({ ...faults, doubleDelivery: event.currentTarget.checked })}
          />
          <span>
            <strong>Double delivery</strong>
            <span className="fault__about">Every event is delivered twice.</span>
          </span>
        </label>
      </div>
      <button
        type="button"
        className="button"
        disabled={faultsOn(faults) === 0}
        onClick={() => void set(noFaults)}
      >
        Everything off
      </button>
      {problem !== null && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}

type AmountSwitchProps = {
  readonly of: (typeof amounts)[number];
  readonly amount: number;
  readonly onChange: (value: number) => void;
};

/** Moves at once under the hand, and tells the workspace when it is let go. */
function AmountSwitch({ of: { label, unit, max, about }, amount, onChange }: AmountSwitchProps) {
  const [dragged, setDragged] = useState<number | null>(null);
  const id = useId();
  const shown = dragged ?? amount;
  const letGo = () => {
    if (dragged !== null && dragged !== amount) onChange(dragged);
    setDragged(null);
  };
  return (
    <div className="fault">
      <label htmlFor={id}>
        <strong>{label}</strong>
        <span className="fault__about" id={`${id}-about`}>
          {about}
        </span>
      </label>
      <span className="fault__amount">
        <input
          id={id}
          type="range"
          min={0}
          max={max}
          step={max / 50}
          value={shown}
          aria-valuetext={`${shown} ${unit}`}
          aria-describedby={`${id}-about`}
          onChange={(event) => setDragged(Number(event.currentTarget.value))}
          onPointerUp={letGo}
          onKeyUp={letGo}
          onBlur={letGo}
        />
        <output htmlFor={id}>
          {shown} {unit}
        </output>
      </span>
    </div>
  );
}
