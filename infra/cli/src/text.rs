//! Text for people: labelled lines and columns.

/// Lines of label and value, the values below one another.
pub(crate) fn fields(rows: &[(&str, String)]) -> String {
    let width = rows.iter().map(|(label, _)| label.chars().count()).max().unwrap_or(0);
    let lines: Vec<String> = rows.iter().map(|(label, value)| format!("{label:width$}  {value}").trim_end().to_owned()).collect();
    lines.join("\n")
}

/// A line of headings and the rows below, each column as wide as its widest cell.
pub(crate) fn columns<const N: usize>(headings: [&str; N], rows: &[[String; N]]) -> String {
    let widest = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: [usize; N] = std::array::from_fn(|column| widest(column).max(headings[column].chars().count()));
    let line = |cells: [&str; N]| {
        let cells: Vec<String> = cells.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        cells.join("  ").trim_end().to_owned()
    };
    let mut lines = vec![line(headings)];
    lines.extend(rows.iter().map(|row| line(std::array::from_fn(|column| row[column].as_str()))));
    lines.join("\n")
}

/// The text of what there is, or a dash.
pub(crate) fn or_dash<T: std::fmt::Display>(value: Option<T>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| value.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_below_one_another() {
        assert_eq!(fields(&[("name", "Ä".to_owned()), ("of whom", String::new())]), "name     Ä\nof whom");
    }

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = [["1".to_owned(), "löng".to_owned(), or_dash(None::<u8>)], ["22".to_owned(), "b".to_owned(), or_dash(Some(3))]];
        assert_eq!(columns(["#", "name", "seats"], &rows), "#   name  seats\n1   löng  -\n22  b     3");
        assert_eq!(columns(["#", "name"], &[]), "#  name");
    }
}
