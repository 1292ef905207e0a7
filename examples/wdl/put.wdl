version 1.1

task put {
  meta {
    description: "Uploads a FASTQ pair, or a BAM or CRAM file, as one read set."
  }

  input {
    Array[File]+ files
    String store
    String region
    String image
    String? sample
    String? subject
    String? reference
  }

  parameter_meta {
    files: "one file, or the two files of a pair"
    store: "the ID of the sequence store"
    region: "the AWS region of the store"
    image: "a container image with omics-upload and bash"
    sample: "the sample ID, if it is not in the header or in the names of the files"
    subject: "the subject ID, if it is not the sample"
    reference: "the ARN of the reference genome, or `auto`; needed for aligned reads"
  }

  command <<<
    AWS_REGION='~{region}' omics-upload put ~{sep(" ", quote(files))} --store '~{store}' \
      ~{"--sample '" + sample + "'"} ~{"--subject '" + subject + "'"} \
      ~{"--reference '" + reference + "'"} --if-exists skip --receipt receipt.json
  >>>

  output {
    String read_set_id = read_string(stdout())
    File receipt = "receipt.json"
  }

  runtime {
    docker: image
    maxRetries: 3
  }
}
