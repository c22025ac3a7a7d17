//! `sections` as PHP itself reads it.

use std::io::Write as _;
use std::process::{Command, Stdio};

use latchkey_tests::world::World;
use serde_json::Value;

use super::version::README;
use super::{KEY, SITE, activate, one_license, publish, version};

/// What a WordPress site does with the answer, and the sections as JSON again.
const SCRIPT: &str = r"$answer = json_decode(stream_get_contents(STDIN));
$sections = unserialize($answer->sections, ['allowed_classes' => false]);
if (!is_array($sections)) { fwrite(STDERR, 'not an array'); exit(1); }
echo json_encode(['sections' => $sections, 'again' => serialize($sections) === $answer->sections]);";

#[tokio::test]
async fn php_unserializes_the_sections() {
    let world = World::new().await;
    let (vendor, _) = one_license(&world).await;
    publish(&world, &vendor, "1.0", README).await;
    activate(KEY, SITE).send(&world).await;
    let answer = version(KEY, SITE).send(&world).await;
    let php = Command::new("php").args(["-r", SCRIPT]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut php = match php {
        Ok(php) => php,
        Err(error) => {
            // `.ci/run` lists it among what was skipped.
            let _ = writeln!(std::io::stderr(), "skipped: php_unserializes_the_sections (php: {error})");
            return;
        }
    };
    php.stdin.take().unwrap().write_all(&answer.body).unwrap();
    let output = php.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let read: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(read["again"], true, "PHP would have written the same bytes");
    let titles = ["description", "installation", "frequently_asked_questions", "changelog", "screenshots", "upgrade_notice", "other_notes"];
    assert_eq!(read["sections"].as_object().unwrap().len(), titles.len());
    for title in titles {
        assert!(read["sections"][title].as_str().is_some_and(|html| html.contains('<')), "{title}");
    }
    assert!(read["sections"]["changelog"].as_str().unwrap().contains("First release – größer"));
}
