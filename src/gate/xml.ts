import { parseXml, XmlElement } from '@rgrove/parse-xml';

/**
 * The root of a document that is well formed to its last letter, or null. It knows no entities but XML's own five, so
 * nothing in it can grow, and it follows no references.
 */
export function readXml(text: string): XmlElement | null {
  try {
    const { root } = parseXml(text.replace(/^\uFEFF/, '').trimStart());
    return root === null || isDeeper(root, DEPTH_MAX) ? null : root;
  } catch {
    return null;
  }
}

/** No program writes reports that are nested more deeply, and whoever walks through them need not end. */
const DEPTH_MAX = 100;

function isDeeper(element: XmlElement, levels: number): boolean {
  return levels === 0 || elementsIn(element).some((child) => isDeeper(child, levels - 1));
}

function elementsIn({ children }: XmlElement): XmlElement[] {
  return children.filter((child) => child instanceof XmlElement);
}

/** This element and every one inside it, however deeply. */
export function within(element: XmlElement): XmlElement[] {
  return [element, ...elementsIn(element).flatMap(within)];
}

/** The elements of that name right below, in their order. */
export function below(element: XmlElement, name: string): XmlElement[] {
  return elementsIn(element).filter((child) => child.name === name);
}

/** A whole number of at most nine digits; null for anything else, and undefined where it is left out. */
export function wholeIn(element: XmlElement, attribute: string): number | null | undefined {
  const text = element.attributes[attribute];
  if (text === undefined) return undefined;
  return /^[0-9]{1,9}$/.test(text) ? Number(text) : null;
}
