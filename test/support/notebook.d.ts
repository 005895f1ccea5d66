export interface TestCell {
    source: string;
    step?: string;
    tags?: string[];
    markdown?: boolean;
}
export declare function makeNotebook(cells: (string | TestCell)[], kernel?: string): {
    nbformat: number;
    nbformat_minor: number;
    metadata: {
        kernelspec: {
            name: string;
            display_name: string;
            language: string;
        };
    };
    cells: ({
        cell_type: string;
        id: string;
        metadata: {
            stepladder?: {
                step: string;
            } | undefined;
            tags?: string[] | undefined;
        };
        source: string;
    } | {
        cell_type: string;
        execution_count: null;
        outputs: never[];
        id: string;
        metadata: {
            stepladder?: {
                step: string;
            } | undefined;
            tags?: string[] | undefined;
        };
        source: string;
    })[];
};
export declare function saveNotebook(path: string, cells: (string | TestCell)[], kernel?: string): string;
