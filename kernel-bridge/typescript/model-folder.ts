/// <reference types="node" />
// A model as a folder in MLflow's format: an ONNX file, a folder that is one already, or a value as JSON.
import { copyFileSync, cpSync, existsSync, statSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';

/** Fills the empty folder `target`. @throws when the model is of no kind that can be kept. */
export function writeModelFolder(model: string | object, target: string): void {
  if (typeof model !== 'string') return writeValue(model, target);
  if (!existsSync(model)) throw new Error(`logModel: there is no file or folder "${model}"`);
  if (statSync(model).isDirectory()) {
    if (!existsSync(join(model, 'MLmodel'))) {
      throw new Error(`logModel: the folder "${model}" has no MLmodel file`);
    }
    cpSync(model, target, { recursive: true });
  } else if (extname(model) === '.onnx') {
    copyFileSync(model, join(target, 'model.onnx'));
    describe(target, {
      onnx: { data: 'model.onnx' },
      python_function: { loader_module: 'mlflow.onnx', data: 'model.onnx' }
    });
  } else {
    throw new Error(
      `logModel: "${model}" is neither an .onnx file nor a folder with an MLmodel file`
    );
  }
}

function writeValue(model: object, target: string): void {
  const text = JSON.stringify(model) as string | undefined;
  if (text === undefined) throw new TypeError('logModel: JSON cannot hold this model');
  writeFileSync(join(target, 'model.json'), text);
  describe(target, { json: { data: 'model.json' } });
}

/** JSON is YAML: MLflow reads it as such. */
function describe(target: string, flavors: object): void {
  const time = new Date().toISOString().replace('T', ' ').replace('Z', '000');
  writeFileSync(
    join(target, 'MLmodel'),
    `${JSON.stringify({ flavors, utc_time_created: time }, null, 2)}\n`
  );
}
