//! What is looked for in data that come in order, as through a pipe: that they hang together, and end as
//! they should.

use crate::{
    formats::{
        Damage, EndCheck, Kind, Unended, bgzf::BlockWalk, cram::ContainerWalk, gzip::Compression,
    },
    source::{PipeFlaw, PipeViewer},
};

/// Shows what comes to the check of the end, and walks through it as far as anything hangs together in
/// data of this kind.
pub fn in_order(kind: Kind, mut end: EndCheck) -> PipeViewer {
    let mut walk = Walk::of(kind);
    Box::new(move |bytes| {
        let ended = match bytes {
            Some(bytes) => end.see(bytes),
            None => end.finish(),
        };
        ended.map_err(|unended| PipeFlaw::Unended {
            end: unended.to_string(),
            lacks_marker: matches!(unended, Unended::Bgzf | Unended::Cram),
        })?;
        let walked = match bytes {
            Some(bytes) => walk.push(bytes),
            None => walk.finish(),
        };
        walked.map_err(|damage| PipeFlaw::Damaged(damage.to_string()))
    })
}

enum Walk {
    Blocks(BlockWalk),
    /// Blocks, which other gzip may follow.
    BlocksOfGzip(BlockWalk),
    Containers(ContainerWalk),
    /// Nothing is left that hangs together, as in plain gzip.
    Nothing,
}

impl Walk {
    fn of(kind: Kind) -> Self {
        match kind {
            Kind::Bam => Self::Blocks(BlockWalk::default()),
            Kind::Fastq(Compression::Bgzf) => Self::BlocksOfGzip(BlockWalk::default()),
            Kind::Fastq(Compression::Gzip) => Self::Nothing,
            Kind::Cram(version) => Self::Containers(ContainerWalk::new(version)),
        }
    }

    fn push(&mut self, bytes: &[u8]) -> Result<(), Damage> {
        match self {
            Self::Blocks(walk) => walk.push(bytes),
            Self::BlocksOfGzip(walk) => {
                let found = walk.push(bytes);
                if walk.is_at_gzip() {
                    *self = Self::Nothing;
                    return Ok(());
                }
                found
            }
            Self::Containers(walk) => walk.push(bytes),
            Self::Nothing => Ok(()),
        }
    }

    fn finish(&self) -> Result<(), Damage> {
        match self {
            Self::Blocks(walk) => walk.finish().map(drop),
            Self::BlocksOfGzip(walk) => match walk.finish() {
                // How gzip may end is for the check of the end to say.
                Ok(_) | Err(Damage::ZeroTail { .. }) => Ok(()),
                Err(damage) => Err(damage),
            },
            Self::Containers(walk) => walk.finish().map(drop),
            Self::Nothing => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Read};

    use super::*;
    use crate::store::omics::RULES;
    use crate::{
        formats::fixture::{bgzf, random},
        plan::Cut,
        source::{Blocks, PipeError, PipeHead},
    };

    const GZIP: Kind = Kind::Fastq(Compression::Gzip);
    /// An empty gzip member.
    const MEMBER: &[u8] = b"\x1f\x8b\x08\0\0\0\0\0\0\xff\x03\0\0\0\0\0\0\0\0\0";

    /// What is said of all that comes through a pipe.
    async fn judge(kind: Kind, reader: impl Read + Send + 'static) -> Result<(), PipeError> {
        let viewer = in_order(kind, EndCheck::new(kind));
        let pipe = PipeHead::read(reader).unwrap().pipe(Cut::Even(RULES.min), viewer, None);
        let mut parts = pipe.start(&Blocks::default()).unwrap();
        while parts.next(RULES.min.get()).await?.is_some() {}
        Ok(())
    }

    #[tokio::test]
    async fn what_does_not_end_well_is_told_with_where_it_ended() {
        let mut content = bgzf(&random(300_000), 60_000);
        judge(Kind::Bam, io::Cursor::new(content.clone())).await.unwrap();
        content.pop();
        let error = judge(Kind::Bam, io::Cursor::new(content)).await.unwrap_err();
        assert!(matches!(error, PipeError::Unended { lacks_marker: true, .. }), "{error}");
        assert!(
            error.to_string().ends_with(", it does not end with the end-of-file block of BGZF"),
            "{error}"
        );
    }

    #[tokio::test]
    async fn damage_is_seen_before_the_end() {
        let error = judge(GZIP, MEMBER.chain(io::repeat(b'x'))).await.unwrap_err();
        let PipeError::Unended { end, lacks_marker: false, .. } = error else { panic!("{error}") };
        assert_eq!(end, Unended::NoGzip.to_string());
        let hole = [&bgzf(&random(9000), 700)[..800], &[0; 100], b"x"].concat();
        for kind in [Kind::Bam, Kind::Fastq(Compression::Bgzf)] {
            let error = judge(kind, io::Cursor::new(hole.clone()).chain(io::repeat(b'x'))).await;
            assert!(matches!(error, Err(PipeError::Damaged(_))), "{kind:?}");
        }
    }
}
