// MLflow's model signature in the Open Inference Protocol's words.
import type { Column, TensorSpec } from '../text/model-signature.ts';
import type { Datatype } from './tensor.ts';

export interface TensorMetadata {
  name: string;
  datatype: Datatype;
  shape: number[];
}

const OF_COLUMN: Record<string, Datatype> = {
  boolean: 'BOOL',
  integer: 'INT32',
  long: 'INT64',
  float: 'FP32',
  double: 'FP64'
};
const OF_DTYPE: Record<string, Datatype> = {
  bool: 'BOOL',
  float16: 'FP16',
  float32: 'FP32',
  float64: 'FP64'
};

/** Inputs or outputs as the protocol's model metadata; one name each, so an unnamed tensor is called `otherwise`. */
export function describeTensors(
  parts: (Column | TensorSpec)[],
  otherwise: string
): TensorMetadata[] {
  return parts.map((part, index) => {
    if ('type' in part)
      return { name: part.name, datatype: OF_COLUMN[part.type] ?? 'BYTES', shape: [-1] };
    const integer = /^(u?int)(\d+)$/.exec(part.dtype);
    const datatype = integer
      ? (`${integer[1]!.toUpperCase()}${integer[2]}` as Datatype)
      : OF_DTYPE[part.dtype];
    const name = part.name ?? (index === 0 ? otherwise : `${otherwise}-${index}`);
    return { name, datatype: datatype ?? 'BYTES', shape: part.shape };
  });
}
