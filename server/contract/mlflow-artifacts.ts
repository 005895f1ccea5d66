// MLflow's calls for large artifacts: sent in parts, fetched in ranges. The raw bodies themselves have no schema.
import { z } from 'zod';
import { count, mlflowOperation, text } from './mlflow.ts';

/** As S3 has it, whose clients these are. */
export const MOST_PARTS = 10_000;

/** The folder travels in the address (`*`), the file in the body. */
const Upload = z.object({ '*': z.string().default(''), path: text, upload_id: text });
const BASE = '/mlflow-artifacts';

export const createMultipartUpload = mlflowOperation(
  'POST',
  `${BASE}/mpu/create/*`,
  Upload.omit({ upload_id: true }).extend({
    num_parts: count.pipe(z.number().min(1).max(MOST_PARTS)).default(1)
  })
);
export const completeMultipartUpload = mlflowOperation(
  'POST',
  `${BASE}/mpu/complete/*`,
  Upload.extend({ parts: z.array(z.object({ part_number: count, etag: text })).min(1) })
);
export const abortMultipartUpload = mlflowOperation('POST', `${BASE}/mpu/abort/*`, Upload);

export const getPresignedDownload = mlflowOperation(
  'GET',
  `${BASE}/presigned/*`,
  z.object({ '*': text })
);
