//! RDF files: quads with their lines, and mistakes that cost as little as the format allows.

use std::io::Write;

use kagraph::ingest::{IngestError, RdfSource, ReadOptions, Reject};

type Quads = Vec<(String, u64)>;

fn read(name: &str, content: impl AsRef<[u8]>) -> (Quads, Vec<Reject>) {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(content.as_ref()).unwrap();
    let options = ReadOptions { base: Some("http://base.org/".into()), ..ReadOptions::default() };
    let mut source = RdfSource::open(file.path(), name, &options).unwrap();
    let (mut quads, mut rejects) = (Vec::new(), Vec::new());
    while let Some(chunk) = source.next_chunk().unwrap() {
        quads.extend(chunk.quads.into_iter().map(|(quad, line)| (quad.to_string(), line)));
        rejects.extend(chunk.rejects);
    }
    (quads, rejects)
}

fn lines(quads: &Quads) -> Vec<u64> {
    quads.iter().map(|quad| quad.1).collect()
}

#[test]
fn a_bad_line_of_n_triples_costs_itself_only() {
    let content =
        "# first\n<http://a> <http://b> \"c\" .\n\n<http://a> <b> \"c\" .\r\n<http://a> <http://b> \"d\"@en .";
    let (quads, rejects) = read("a.nt", content);
    assert_eq!(quads[1].0, "<http://a> <http://b> \"d\"@en");
    assert_eq!(lines(&quads), [2, 5]);
    assert_eq!((rejects[0].row, rejects[0].raw.as_str()), (4, "<http://a> <b> \"c\" ."));
}

#[test]
fn many_lines_keep_their_numbers_whatever_is_between_them() {
    let mut content = Vec::new();
    let mut expected = Vec::new();
    for line in 1..=20_000_u64 {
        match line {
            9_000 => content.extend_from_slice(b"nonsense\n"),
            9_500 => content.extend_from_slice(b"<http://a> <http://b> \"\xFF\" .\n"),
            _ if line % 7 == 0 => content.extend_from_slice(b"  # a comment .\n"),
            _ => {
                expected.push(line);
                writeln!(content, "<http://a> <http://b> \"{line}\" <http://g> .").unwrap();
            }
        }
    }
    let (quads, rejects) = read("a.nq", &content);
    assert_eq!(lines(&quads), expected);
    assert!(quads.iter().all(|(quad, line)| quad.contains(&format!("\"{line}\""))));
    assert_eq!(rejects.iter().map(|reject| reject.row).collect::<Vec<_>>(), [9_000, 9_500]);
    assert!(rejects[1].reason.contains("UTF-8"), "{}", rejects[1].reason);
}

#[test]
fn a_mistake_in_turtle_ends_the_file_and_says_what_is_lost() {
    let content = "@prefix e: <http://e/> .\ne:a e:b e:c ;\n e:d 1 .\ne:a e:b e f .\ne:x e:y e:z .\ne:x e:y e:z .\n";
    let (quads, rejects) = read("a.ttl", content);
    assert_eq!(lines(&quads), [2, 3]);
    assert_eq!((rejects.len(), rejects[0].row, rejects[0].raw.as_str()), (1, 4, "e:a e:b e f ."));
    assert!(rejects[0].reason.contains("line 4 "), "{}", rejects[0].reason);
    assert!(rejects[0].reason.ends_with("nothing behind it is read, 3 lines with this one"), "{}", rejects[0].reason);
    let (quads, rejects) = read("a.ttl", b"<a> <b> 1 .\n<a> <b> \"\xFF\" .\n");
    assert_eq!((quads.len(), rejects.len(), rejects[0].row), (1, 1, 2));
    assert!(rejects[0].reason.contains("malformed sequence at byte 21"), "{}", rejects[0].reason);
}

#[test]
fn blank_nodes_have_labels_of_their_file_and_the_same_at_every_reading() {
    let content = "<a> <b> [ <c> _:x ] .\n_:x <d> ( 1 ) .\n";
    let first = read("a.ttl", content);
    assert_eq!(first, read("a.ttl", content));
    assert_ne!(first, read("b.ttl", content));
    let lines = "_:x <http://b> _:y .\n_:y <http://b> _:x .\n";
    let (quads, _) = read("a.nt", lines);
    let words: Vec<_> = quads.iter().flat_map(|quad| quad.0.split(' ')).collect();
    assert_eq!((words[0], words[2]), (words[5], words[3]));
    assert_ne!(quads, read("b.nt", lines).0);
}

#[test]
fn compressed_and_named_graphs_are_read() {
    let trig = "<g> { <a> <b> <c> }\n{ <a> <b> <d> }\n";
    let compressed = zstd::encode_all(trig.as_bytes(), 1).unwrap();
    let (quads, rejects) = read("a.trig.zst", compressed);
    assert_eq!(quads[0].0, "<http://base.org/a> <http://base.org/b> <http://base.org/c> <http://base.org/g>");
    assert_eq!((quads.len(), rejects.len()), (2, 0));
}

#[test]
fn a_file_of_no_rdf_format_is_refused_with_what_to_do() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let error = RdfSource::open(file.path(), "a.csv", &ReadOptions::default()).err().unwrap();
    assert!(matches!(error, IngestError::Format { .. }) && error.to_string().contains("hint: "), "{error}");
}
