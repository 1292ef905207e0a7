# The steps of `omics-upload batch` over a sample sheet. The file read_sets.txt gets the IDs, in the
# order of the rows. The run folder is not an output: Snakemake deletes outputs before it repeats a rule.


configfile: "config.yaml"


scattergather:
    send=4,


rule all:
    input:
        "read_sets.txt",


rule plan:
    input:
        config["sheet"],
    output:
        touch("steps/planned"),
    log:
        "logs/plan.log",
    params:
        run=config["run"],
    shell:
        "omics-upload batch plan {input} --run {params.run} > {log} 2>&1"


rule create:
    input:
        "steps/planned",
    output:
        touch("steps/created"),
    log:
        "logs/create.log",
    params:
        run=config["run"],
    retries: 5
    shell:
        "omics-upload batch create {params.run} > {log} 2>&1"


rule send:
    input:
        "steps/created",
    output:
        touch("steps/sent-{scatteritem}"),
    log:
        "logs/send-{scatteritem}.log",
    params:
        run=config["run"],
        shard=lambda wildcards: wildcards.scatteritem.replace("-of-", "/"),
    retries: 5
    shell:
        "omics-upload batch send {params.run} --shard {params.shard} > {log} 2>&1"


rule complete:
    input:
        gather.send("steps/sent-{scatteritem}"),
    output:
        "read_sets.txt",
    log:
        "logs/complete.log",
    params:
        run=config["run"],
    retries: 5
    shell:
        """
        omics-upload batch complete {params.run} > {output}.new 2> {log}
        mv {output}.new {output}
        """
