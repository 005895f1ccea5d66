// The pipelines of Kale's published examples (kubeflow-kale/kale: examples/base, examples/serving, examples/titanic-ml-dataset,
// backend/kale/tests/assets), in sentences of our own: what Kale's documentation says each step takes in and hands on.
import { beforeAll, expect, test } from 'vitest';
import { Notebook } from '../contract/notebook.ts';
import { createAnalysisService, type AnalysisService } from './service.ts';

let analysis: AnalysisService;
beforeAll(async () => {
  analysis = await createAnalysisService();
});

type Steps = Record<string, { cells: string[]; in: string[]; out: string[] }>;

/** Cells above the first step: imports, functions, parameters. */
function checkSteps(above: string[], steps: Steps): void {
  const sources = [...above, ...Object.values(steps).flatMap(step => step.cells)];
  const { edges } = analysis.analyze(
    Notebook.parse({
      nbformat: 4,
      metadata: {},
      cells: sources.map(source => ({ cell_type: 'code', source, metadata: {} }))
    })
  );
  let first = above.length;
  const found: Record<string, { in: string[]; out: string[] }> = {};
  for (const [name, { cells }] of Object.entries(steps)) {
    const last = first + cells.length;
    const within = (cell: number) => cell >= first && cell < last;
    const names = (crossing: typeof edges) =>
      [...new Set(crossing.flatMap(each => each.names))].sort();
    const values = edges.filter(each => each.kind === 'value' && each.from >= above.length);
    found[name] = {
      in: names(values.filter(({ from, to }) => within(to) && !within(from))),
      out: names(values.filter(({ from, to }) => within(from) && !within(to)))
    };
    first = last;
  }
  expect(found).toEqual(
    Object.fromEntries(
      Object.entries(steps).map(([name, step]) => [name, { in: step.in, out: step.out }])
    )
  );
}

test('candies: a dependence that skips a step', () => {
  checkSteps(
    [
      'import random',
      'CANDIES = 20',
      'def get_handful(left):\n    if left == 0:\n        return 0\n    taken = random.randint(1, left)\n    return taken'
    ],
    {
      sack: { cells: ['print(f"{CANDIES} candies in the sack")'], in: [], out: [] },
      kid1: { cells: ['kid1 = get_handful(CANDIES)\nprint(kid1)'], in: [], out: ['kid1'] },
      kid2: { cells: ['kid2 = get_handful(CANDIES - kid1)'], in: ['kid1'], out: ['kid2'] },
      kid3: { cells: ['kid3 = get_handful(CANDIES - kid1 - kid2)'], in: ['kid1', 'kid2'], out: [] }
    }
  );
});

test('iris: load, train, evaluate', () => {
  checkSteps(
    [
      'from sklearn.datasets import load_iris\nfrom sklearn.ensemble import RandomForestClassifier\nfrom sklearn.metrics import accuracy_score\nfrom sklearn.model_selection import train_test_split',
      'N_ESTIMATORS = 500\nMAX_DEPTH = 2'
    ],
    {
      load: {
        cells: [
          'x, y = load_iris(return_X_y=True)',
          'x_trn, x_tst, y_trn, y_tst = train_test_split(x, y, test_size=.2)'
        ],
        in: [],
        out: ['x_trn', 'x_tst', 'y_trn', 'y_tst']
      },
      train: {
        cells: [
          'model = RandomForestClassifier(n_estimators=N_ESTIMATORS, max_depth=MAX_DEPTH)\nmodel.fit(x_trn, y_trn)'
        ],
        in: ['x_trn', 'y_trn'],
        out: ['model']
      },
      evaluate: {
        cells: [
          'preds = model.predict(x_tst)',
          'accuracy = accuracy_score(y_tst, preds)\nprint(accuracy)'
        ],
        in: ['model', 'x_tst', 'y_tst'],
        out: []
      }
    }
  );
});

test('parameters and metrics: a matrix and its sum', () => {
  checkSteps(['import numpy as np', 'd1 = 5\nd2 = 6'], {
    create_matrix: { cells: ['rnd_matrix = np.random.rand(d1, d2)'], in: [], out: ['rnd_matrix'] },
    sum_matrix: {
      cells: ['sum_result = rnd_matrix.sum()\nprint(sum_result)'],
      in: ['rnd_matrix'],
      out: []
    }
  });
});

test('titanic: frames changed in loops, five models side by side', () => {
  const trained = (name: string, model: string) => ({
    cells: [
      `clf = ${model}()\nclf.fit(train_df, train_labels)\nacc_${name} = round(clf.score(train_df, train_labels) * 100, 2)`
    ],
    in: ['train_df', 'train_labels'],
    out: [`acc_${name}`]
  });
  const models = {
    random_forest: 'RandomForestClassifier',
    log: 'LogisticRegression',
    gaussian: 'GaussianNB',
    linear_svc: 'LinearSVC',
    decision_tree: 'DecisionTreeClassifier'
  };
  checkSteps(
    [
      'import numpy as np\nimport pandas as pd\nfrom sklearn.ensemble import RandomForestClassifier\nfrom sklearn.linear_model import LogisticRegression\nfrom sklearn.naive_bayes import GaussianNB\nfrom sklearn.svm import LinearSVC\nfrom sklearn.tree import DecisionTreeClassifier'
    ],
    {
      loaddata: {
        cells: [
          'PREDICTION_LABEL = "Survived"\ntrain_df = pd.read_csv("data/train.csv")\ntest_df = pd.read_csv("data/test.csv")'
        ],
        in: [],
        out: ['PREDICTION_LABEL', 'test_df', 'train_df']
      },
      datapreprocessing: {
        cells: [
          'data = [train_df, test_df]\nfor dataset in data:\n    dataset["relatives"] = dataset["SibSp"] + dataset["Parch"]\n    dataset.loc[dataset["relatives"] > 0, "not_alone"] = 0\ntrain_df["not_alone"].value_counts()',
          'train_df = train_df.drop(["PassengerId"], axis=1)',
          'data = [train_df, test_df]\nfor dataset in data:\n    dataset["Embarked"] = dataset["Embarked"].fillna("S")'
        ],
        in: ['test_df', 'train_df'],
        out: ['test_df', 'train_df']
      },
      featureengineering: {
        cells: [
          'data = [train_df, test_df]\nfor dataset in data:\n    dataset["Fare"] = dataset["Fare"].fillna(0).astype(int)',
          'for dataset in data:\n    dataset["Age_Class"] = dataset["Age"] * dataset["Pclass"]',
          'train_labels = train_df[PREDICTION_LABEL]\ntrain_df = train_df.drop(PREDICTION_LABEL, axis=1)'
        ],
        in: ['PREDICTION_LABEL', 'test_df', 'train_df'],
        out: ['train_df', 'train_labels']
      },
      ...Object.fromEntries(
        Object.entries(models).map(([name, model]) => [name, trained(name, model)])
      ),
      results: {
        cells: [
          'results = pd.DataFrame({"Score": [acc_linear_svc, acc_log, acc_random_forest, acc_gaussian, acc_decision_tree]})\nresults.sort_values(by="Score")'
        ],
        in: ['acc_decision_tree', 'acc_gaussian', 'acc_linear_svc', 'acc_log', 'acc_random_forest'],
        out: []
      }
    }
  );
});
