import { type ComponentType, memo, useMemo } from 'react';
import * as z from 'zod';
import type { BlockProps } from './block-props.ts';
import { Card, CardShape, Carousel, CarouselShape } from './card.tsx';
import { Chart, ChartShape } from './chart.tsx';
import { Container, ContainerShape } from './container.tsx';
import { DataTable, DataTableShape } from './data-table.tsx';
import { Input, InputShape } from './input.tsx';
import { Markdown, MarkdownShape } from './markdown.tsx';
import { Plan, PlanShape, TaskCard, TaskCardShape } from './plan.tsx';
import { RichText, RichTextShape } from './rich-text.tsx';
import { Section, SectionShape } from './section.tsx';
import {
  Actions,
  ActionsShape,
  Alert,
  AlertShape,
  Context,
  ContextShape,
  Divider,
  DividerShape,
  Header,
  HeaderShape,
  ImageShape,
  ImageView,
} from './small-blocks.tsx';
import { Table, TableShape } from './table.tsx';
import { Unknown } from './unknown.tsx';

type Kind = { readonly draw: (raw: unknown, blockId: string) => React.ReactNode };

/** A shape and the view of what fits it. What does not fit is shown as its JSON. */
function kind<Shape extends z.ZodType>(shape: Shape, View: ComponentType<BlockProps<Shape>>): Kind {
  return {
    draw: (raw, blockId) => {
      const parsed = shape.safeParse(raw);
      return parsed.success ? (
        <View block={parsed.data} blockId={blockId} />
      ) : (
        <Unknown thing={raw} what="block" />
      );
    },
  };
}

const kinds: Readonly<Record<string, Kind>> = {
  section: kind(SectionShape, Section),
  header: kind(HeaderShape, Header),
  context: kind(ContextShape, Context),
  actions: kind(ActionsShape, Actions),
  divider: kind(DividerShape, Divider),
  rich_text: kind(RichTextShape, RichText),
  plan: kind(PlanShape, Plan),
  task_card: kind(TaskCardShape, TaskCard),
  data_table: kind(DataTableShape, DataTable),
  table: kind(TableShape, Table),
  data_visualization: kind(ChartShape, Chart),
  markdown: kind(MarkdownShape, Markdown),
  container: kind(ContainerShape, Container),
  card: kind(CardShape, Card),
  carousel: kind(CarouselShape, Carousel),
  alert: kind(AlertShape, Alert),
  image: kind(ImageShape, ImageView),
  input: kind(InputShape, Input),
};

const Named = z.looseObject({ type: z.string(), block_id: z.string().optional() });

export function Blocks({ blocks }: { readonly blocks: readonly unknown[] }) {
  return blocks.map((block, index) => {
    const id = Named.safeParse(block).data?.block_id;
    return <Block key={id ?? index} block={block} blockId={id ?? ''} />;
  });
}

const Block = memo(function Block({ block, blockId }: { readonly block: unknown; readonly blockId: string }) {
  return useMemo(() => {
    const type = Named.safeParse(block).data?.type ?? '';
    const known = Object.hasOwn(kinds, type) ? kinds[type] : undefined;
    return known ? known.draw(block, blockId) : <Unknown thing={block} what="block" />;
  }, [block, blockId]);
});
