cwlVersion: v1.2
class: CommandLineTool
doc: Uploads a FASTQ pair, or a BAM or CRAM file, as one read set.

# The shell removes the newline after the ID. The file is written in any case: an output that is missing
# would turn a temporary failure into a permanent one.
baseCommand:
  - sh
  - -c
  - id=$(omics-upload put "$@"); status=$?; printf %s "$id" > read_set_id; exit $status
  - put
arguments: [--if-exists, skip, --receipt, receipt.json]

inputs:
  files:
    doc: one file, or the two files of a pair
    type: File[]
    inputBinding: {position: 1}
  store:
    doc: the ID of the sequence store
    type: string
    inputBinding: {prefix: --store}
  region:
    doc: the AWS region of the store
    type: string
  sample:
    doc: the sample ID, if it is not in the header or in the names of the files
    type: string?
    inputBinding: {prefix: --sample}
  subject:
    doc: the subject ID, if it is not the sample
    type: string?
    inputBinding: {prefix: --subject}
  reference:
    doc: the ARN of the reference genome, or `auto`; needed for aligned reads
    type: string?
    inputBinding: {prefix: --reference}

outputs:
  read_set_id:
    type: string
    outputBinding:
      glob: read_set_id
      loadContents: true
      outputEval: $(self[0].contents)
  receipt:
    type: File?
    outputBinding: {glob: receipt.json}

requirements:
  EnvVarRequirement:
    envDef:
      AWS_REGION: $(inputs.region)
  NetworkAccess:
    networkAccess: true
  # The result is in the store, where an engine cannot see whether it is still there.
  WorkReuse:
    enableReuse: false

temporaryFailCodes: [75, 129, 130, 143]
