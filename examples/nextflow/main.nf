// One read set for each row of a sample sheet: sample,fastq_1,fastq_2

params.sheet = 'samples.csv'
params.store = null

process OMICS_UPLOAD {
    tag "${sample}"
    // 75: a temporary failure; 130 and 143: stopped by a signal. What was sent is not sent again.
    errorStrategy { task.exitStatus in [75, 130, 143] ? 'retry' : 'finish' }
    maxRetries 3

    input:
    tuple val(sample), path(reads)
    val store

    output:
    tuple val(sample), path('read_set_id.txt'), emit: read_set_id
    path 'receipt.json', emit: receipt

    script:
    """
    omics-upload put ${reads} --sample '${sample}' --store '${store}' \\
        --if-exists skip --receipt receipt.json > read_set_id.txt
    """
}

workflow {
    samples = channel.fromPath(params.sheet)
        .splitCsv(header: true)
        .map { row -> tuple(row.sample, [row.fastq_1, row.fastq_2].collect { path -> file(path) }) }
    OMICS_UPLOAD(samples, params.store)
    OMICS_UPLOAD.out.read_set_id.view { sample, id -> "${sample}: ${id.text.trim()}" }
}
