//! The members of the JSON answers, as the help tells them. The names are stable.

/// A member's name and its meaning.
pub(crate) type Member = (&'static str, &'static str);

/// The part of a command's help that lists the members of its answer.
pub(crate) fn help(members: &[Member]) -> String {
    listed("Members of the JSON answer:", members)
}

/// The same for an answer that is a list: `name` holds objects with `members`; `others` stand beside it.
pub(crate) fn list_help(name: &str, members: &[Member], others: &[Member]) -> String {
    listed("Members of the JSON answer:", others) + &listed(&format!("  {name}: a list of objects with"), members)
}

fn listed(head: &str, members: &[Member]) -> String {
    let width = members.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let indent = head.len() - head.trim_start().len() + 2;
    members.iter().fold(format!("{head}\n"), |text, (name, meaning)| text + &format!("{:indent$}{name:width$}  {meaning}\n", ""))
}

/// The member names of an answer, for the tests that hold the help to what is answered.
#[cfg(test)]
pub(crate) fn names_in(answer: &impl serde::Serialize) -> std::collections::BTreeSet<String> {
    let answer = serde_json::to_value(answer).unwrap();
    answer.as_object().unwrap().keys().cloned().collect()
}

/// The member names that the help tells.
#[cfg(test)]
pub(crate) fn names_of(members: &[Member]) -> std::collections::BTreeSet<String> {
    members.iter().map(|(name, _)| (*name).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_meanings_stand_below_one_another() {
        assert_eq!(help(&[("a", "one"), ("long", "two")]), "Members of the JSON answer:\n  a     one\n  long  two\n");
        let list = list_help("things", &[("a", "one")], &[("next", "more")]);
        assert_eq!(list, "Members of the JSON answer:\n  next  more\n  things: a list of objects with\n    a  one\n");
    }
}
