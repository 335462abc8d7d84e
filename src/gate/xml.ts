import { parseXml, XmlElement } from '@rgrove/parse-xml';

/**
 * The root of a document that is well formed to its last letter, or null. It knows no entities but XML's own five, so
 * nothing in it can grow, and it follows no references.
 */
export function readXml(text: string): XmlElement | null {
  try {
    return parseXml(text.replace(/^\uFEFF/, '').trimStart()).root;
  } catch {
    // Besides what is not well formed: what is nested so deeply that no program has written it.
    return null;
  }
}

/** The elements of that name right below, in their order. */
export function below(element: XmlElement, name: string): XmlElement[] {
  return element.children.filter(
    (child): child is XmlElement => child instanceof XmlElement && child.name === name,
  );
}

/** A whole number of at most nine digits; null for anything else, and undefined where it is left out. */
export function wholeIn(element: XmlElement, attribute: string): number | null | undefined {
  const text = element.attributes[attribute];
  if (text === undefined) return undefined;
  return /^[0-9]{1,9}$/.test(text) ? Number(text) : null;
}
