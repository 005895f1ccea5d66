// Whether more or less of a metric is better, where its name is a well-known one.

export type MetricDirection = 'higher' | 'lower' | 'unknown';

const LOWER = [
  'rmse',
  'mae',
  'mse',
  'mape',
  'rmsle',
  'msle',
  'loss',
  'logloss',
  'error',
  'err',
  'brier',
  'perplexity'
];
const HIGHER = [
  'r2',
  'accuracy',
  'acc',
  'auc',
  'auroc',
  'f1',
  'precision',
  'recall',
  'map',
  'ndcg',
  'iou',
  'specificity'
];

/** `val_rmse`, `test/accuracy`, `trainingLoss`: the last well-known word says which way is better. */
export function directionOf(key: string): MetricDirection {
  const words = key
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  for (const word of words.reverse()) {
    if (LOWER.includes(word)) return 'lower';
    if (HIGHER.includes(word)) return 'higher';
  }
  return 'unknown';
}
