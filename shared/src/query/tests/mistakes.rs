//! What is said of mistakes, and where.

use super::*;

fn mistakes(cases: &[&str], parameters: impl Fn(String) -> Parameters) -> String {
    let refused = |text: &&str| match Query::parse(&ORDER, &parameters((*text).to_owned())) {
        Ok(_) => format!("{text} ⇒ nothing wrong\n"),
        Err(error) => format!("{text} ⇒ {error}\n"),
    };
    cases.iter().map(refused).collect()
}

fn filters(cases: &[&str]) -> String {
    mistakes(cases, |filter| Parameters { filter: Some(filter), ..Parameters::default() })
}

#[test]
fn what_cannot_be_read_is_refused_where_it_stands() {
    insta::assert_snapshot!(filters(&[
        "Id =",
        "Id = 1 and",
        "and Id = 1",
        "Id = 1 Id = 2",
        "Id = 1 = 2",
        "Id 'x'",
        "(Id = 1",
        "Id = 1)",
        "()",
        "Id in 1",
        "Id in ()",
        "Id in (1",
        "Id in (1,",
        "Id in (1,,2)",
        "Status.",
        "Status.'x'",
        "Status.Contains(",
        "Status.Contains('x'",
        "Status.Contains('x',)",
        "Id = -",
        "Id = -Seats",
        "Id = 1..2",
        "Id = 'x",
        "Id ~ 1",
        "Id = @0",
        "ü = #",
        "np()",
        "np(Id, 1, 2)",
        "CreatedAt = DateTime(2024,13,1)",
        "CreatedAt = DateTime(2024,'x')",
        "CreatedAt = DateTime(2024,1)",
        "CreatedAt = DateTime()",
        "CreatedAt = DateTime.Parse(2024)",
        "CreatedAt = DateTime.Parse('soon')",
        "CreatedAt = DateTime.Now",
        "x => x.Id = 1",
        "Id = 1 ? true : false",
    ]), @r#"
    Id = ⇒ filter, position 5: expected a property, a value or '(', found the end.
    Id = 1 and ⇒ filter, position 11: expected a property, a value or '(', found the end.
    and Id = 1 ⇒ filter, position 1: expected a property, a value or '(', found 'and'.
    Id = 1 Id = 2 ⇒ filter, position 8: expected an operator or the end, found 'Id'.
    Id = 1 = 2 ⇒ filter, position 8: expected an operator or the end, found '='.
    Id 'x' ⇒ filter, position 4: expected an operator or the end, found a text.
    (Id = 1 ⇒ filter, position 8: expected an operator or ')', found the end.
    Id = 1) ⇒ filter, position 7: expected an operator or the end, found ')'.
    () ⇒ filter, position 2: expected a property, a value or '(', found ')'.
    Id in 1 ⇒ filter, position 7: expected '(', found a number.
    Id in () ⇒ filter, position 8: expected a property, a value or '(', found ')'.
    Id in (1 ⇒ filter, position 9: expected ',' or ')', found the end.
    Id in (1, ⇒ filter, position 10: expected a property, a value or '(', found the end.
    Id in (1,,2) ⇒ filter, position 10: expected a property, a value or '(', found ','.
    Status. ⇒ filter, position 8: expected a property or a method, found the end.
    Status.'x' ⇒ filter, position 8: expected a property or a method, found a text.
    Status.Contains( ⇒ filter, position 17: expected a property, a value or '(', found the end.
    Status.Contains('x' ⇒ filter, position 20: expected ',' or ')', found the end.
    Status.Contains('x',) ⇒ filter, position 21: expected a property, a value or '(', found ')'.
    Id = - ⇒ filter, position 7: expected a number, found the end.
    Id = -Seats ⇒ filter, position 7: expected a number, found 'Seats'.
    Id = 1..2 ⇒ filter, position 8: expected a digit, found '.'.
    Id = 'x ⇒ filter, position 6: this text has no closing quote.
    Id ~ 1 ⇒ filter, position 4: expected a name, a value or an operator, found '~'.
    Id = @0 ⇒ filter, position 6: expected a name, a value or an operator, found '@'.
    ü = # ⇒ filter, position 5: expected a name, a value or an operator, found '#'.
    np() ⇒ filter, position 1: np takes a value, and a default where it has one.
    np(Id, 1, 2) ⇒ filter, position 1: np takes a value, and a default where it has one.
    CreatedAt = DateTime(2024,13,1) ⇒ filter, position 13: this is no date.
    CreatedAt = DateTime(2024,'x') ⇒ filter, position 27: expected a whole number, found a text.
    CreatedAt = DateTime(2024,1) ⇒ filter, position 13: this is no date.
    CreatedAt = DateTime() ⇒ filter, position 22: expected a whole number, found ')'.
    CreatedAt = DateTime.Parse(2024) ⇒ filter, position 28: expected a text, found a number.
    CreatedAt = DateTime.Parse('soon') ⇒ filter, position 13: this is no date.
    CreatedAt = DateTime.Now ⇒ filter, position 13: 'DateTime' is no property of Order.
    x => x.Id = 1 ⇒ filter, position 4: expected a property, a value or '(', found '>'.
    Id = 1 ? true : false ⇒ filter, position 8: expected a name, a value or an operator, found '?'.
    "#);
}

#[test]
fn what_does_not_fit_is_refused_where_it_stands() {
    insta::assert_snapshot!(filters(&[
        "Nothing = 1",
        "Id = 1 and Customer.Nothing = 1",
        "Id.Nothing = 1",
        "Status.Length.Length = 1",
        "Id = 'x'",
        "'x' = Id",
        "Id = '1'",
        "Id = true",
        "Id = null",
        "null = Shipped",
        "Id in (1, 'x')",
        "Id in (1, null)",
        "Shipped < true",
        "Customer = 1",
        "Customer < null",
        "Customer = Customer",
        "Address = null",
        "Address",
        "Lines = null",
        "Tags.Contains('x')",
        "Lines.Id = 1",
        "Customer.Orders.Id = 1",
        "Status",
        "not Status",
        "not Status = 'x'",
        "Id and true",
        "null",
        "Id.Contains('x')",
        "Status.Contains(1)",
        "Status.Contains()",
        "Status.Contains('x', 'y')",
        "Status.ToLower(1) = 'x'",
        "Status.Trim() = 'x'",
        "Id.ToString() = '1'",
        "CreatedAt = 1",
        "CreatedAt = 'soon'",
        "CreatedAt = Status",
        "Erika.Mustermann@example.com = 1",
        "Status = Erika and 'erika@example.com'",
        "np(Id, 'x') = 1",
        "np(Customer, 1) = null",
        "(Id = 1).Length = 1",
    ]), @r#"
    Nothing = 1 ⇒ filter, position 1: 'Nothing' is no property of Order.
    Id = 1 and Customer.Nothing = 1 ⇒ filter, position 21: 'Nothing' is no property of Customer.
    Id.Nothing = 1 ⇒ filter, position 4: 'Nothing' is no property of a number.
    Status.Length.Length = 1 ⇒ filter, position 15: 'Length' is no property of a number.
    Id = 'x' ⇒ filter, position 6: expected a number, found a text.
    'x' = Id ⇒ filter, position 7: expected a text, found a number.
    Id = '1' ⇒ filter, position 6: expected a number, found a text.
    Id = true ⇒ filter, position 6: expected a number, found true or false.
    Id = null ⇒ filter, position 6: expected a number, found null.
    null = Shipped ⇒ filter, position 8: expected null, found true or false.
    Id in (1, 'x') ⇒ filter, position 11: expected a number, found a text.
    Id in (1, null) ⇒ filter, position 11: expected a number, found null.
    Shipped < true ⇒ filter, position 1: expected a number, a text or a date, found true or false.
    Customer = 1 ⇒ filter, position 12: expected null, found a number.
    Customer < null ⇒ filter, position 1: expected a number, a text or a date, found an object.
    Customer = Customer ⇒ filter, position 12: expected null, found an object.
    Address = null ⇒ filter, position 1: expected a value, found an object.
    Address ⇒ filter, position 1: expected a value, found an object.
    Lines = null ⇒ filter, position 1: expected a value, found a list.
    Tags.Contains('x') ⇒ filter, position 1: expected a value, found a list.
    Lines.Id = 1 ⇒ filter, position 1: expected a value, found a list.
    Customer.Orders.Id = 1 ⇒ filter, position 1: expected a value, found a list.
    Status ⇒ filter, position 1: expected a condition, found a text.
    not Status ⇒ filter, position 5: expected a condition, found a text.
    not Status = 'x' ⇒ filter, position 5: expected a condition, found a text.
    Id and true ⇒ filter, position 1: expected a condition, found a number.
    null ⇒ filter, position 1: expected a condition, found null.
    Id.Contains('x') ⇒ filter, position 1: expected a text, found a number.
    Status.Contains(1) ⇒ filter, position 17: expected a text, found a number.
    Status.Contains() ⇒ filter, position 8: this method takes one text.
    Status.Contains('x', 'y') ⇒ filter, position 8: this method takes one text.
    Status.ToLower(1) = 'x' ⇒ filter, position 16: expected ')', found an argument.
    Status.Trim() = 'x' ⇒ filter, position 8: 'Trim' is no method of a text.
    Id.ToString() = '1' ⇒ filter, position 4: 'ToString' is no method of a number.
    CreatedAt = 1 ⇒ filter, position 13: expected a date, found a number.
    CreatedAt = 'soon' ⇒ filter, position 13: expected a date such as "2024-12-31", found another text.
    CreatedAt = Status ⇒ filter, position 13: expected a date, found a text.
    Erika.Mustermann@example.com = 1 ⇒ filter, position 17: expected a name, a value or an operator, found '@'.
    Status = Erika and 'erika@example.com' ⇒ filter, position 10: 'Erika' is no property of Order.
    np(Id, 'x') = 1 ⇒ filter, position 8: expected a number, found a text.
    np(Customer, 1) = null ⇒ filter, position 14: expected an object, found a number.
    (Id = 1).Length = 1 ⇒ filter, position 10: 'Length' is no property of true or false.
    "#);
}

#[test]
fn positions_count_characters() {
    let error =
        Query::parse(&ORDER, &Parameters { filter: Some("Status = 'äöü😀' and Nope".into()), ..Parameters::default() }).unwrap_err();
    assert_eq!((error.parameter, error.position), (Parameter::Filter, Some(21)));
}

#[test]
fn orders_members_and_navigations_are_refused_where_they_stand() {
    let sorts =
        ["Nope", "Id down", "Id desc asc", "Id,", ",Id", "Id desc Total", "Customer", "Status.Length", "Lines.Id", "Id = 1", "'Id'"];
    let shown = mistakes(&sorts, |sort| Parameters { sort: Some(sort), ..Parameters::default() });
    insta::assert_snapshot!(shown, @r#"
    Nope ⇒ sort, position 1: 'Nope' is no property of Order.
    Id down ⇒ sort, position 4: expected 'asc', 'desc', ',' or the end, found 'down'.
    Id desc asc ⇒ sort, position 9: expected 'asc', 'desc', ',' or the end, found 'asc'.
    Id, ⇒ sort, position 4: expected a property, found the end.
    ,Id ⇒ sort, position 1: expected a property, found ','.
    Id desc Total ⇒ sort, position 9: expected 'asc', 'desc', ',' or the end, found 'Total'.
    Customer ⇒ sort, position 1: expected a value, found an object.
    Status.Length ⇒ sort, position 8: 'Length' is no property of a text.
    Lines.Id ⇒ sort, position 1: expected a value, found a list.
    Id = 1 ⇒ sort, position 4: expected 'asc', 'desc', ',' or the end, found '='.
    'Id' ⇒ sort, position 1: expected a property, found a text.
    "#);
    let selects = ["Nope", "Id,", "Id Total", "Customer.City", "Id, nope", "*"];
    let shown = mistakes(&selects, |select| Parameters { select: Some(select), ..Parameters::default() });
    insta::assert_snapshot!(shown, @r#"
    Nope ⇒ select, position 1: 'Nope' is no property of Order.
    Id, ⇒ select, position 4: expected a property, found the end.
    Id Total ⇒ select, position 4: expected ',' or the end, found 'Total'.
    Customer.City ⇒ select, position 9: expected ',' or the end, found '.'.
    Id, nope ⇒ select, position 5: 'nope' is no property of Order.
    * ⇒ select, position 1: expected a name, a value or an operator, found '*'.
    "#);
    let includes = ["Nope", "Customer,", "Id", "Address", "Customer.City", "Tags", "Customer.Orders.Nope"];
    let shown = mistakes(&includes, |include| Parameters { include: Some(include), ..Parameters::default() });
    insta::assert_snapshot!(shown, @r#"
    Nope ⇒ include, position 1: 'Nope' is no property of Order.
    Customer, ⇒ include, position 10: expected a property, found the end.
    Id ⇒ include, position 1: expected a property that leads to other rows, found 'Id'.
    Address ⇒ include, position 1: expected a property that leads to other rows, found 'Address'.
    Customer.City ⇒ include, position 10: expected a property that leads to other rows, found 'City'.
    Tags ⇒ include, position 1: expected a property that leads to other rows, found 'Tags'.
    Customer.Orders.Nope ⇒ include, position 17: 'Nope' is no property of Order.
    "#);
}

#[test]
fn what_is_too_much_is_refused() {
    let filter = |filter: String| Query::parse(&ORDER, &Parameters { filter: Some(filter), ..Parameters::default() });
    let refused = |text: String| filter(text).unwrap_err().to_string();
    assert!(filter(format!("{}Id = 1{}", "(".repeat(64), ")".repeat(64))).is_ok());
    assert_eq!(
        refused(format!("{}Id = 1{}", "(".repeat(65), ")".repeat(65))),
        "filter, position 65: this is nested more than 64 levels deep."
    );
    for opening in ["(", "!", "not ", "np(", "Status.Contains(", "!(", "Id in (", "DateTime("] {
        let text = opening.repeat(4096 / opening.len());
        assert!(filter(text.clone()).is_err(), "{opening}");
        assert!(filter(format!("{text}                ")).is_err(), "{opening}");
    }
    assert!(filter(format!("{}Shipped", "!".repeat(63))).is_ok());
    assert_eq!(refused(format!("{}Shipped", "!".repeat(65))), "filter, position 65: this is nested more than 64 levels deep.");
    assert!(filter(format!("Status{} = 'x'", ".ToLower()".repeat(60))).is_ok());
    assert_eq!(refused(format!("Status{} = 'x'", ".ToLower()".repeat(70))), "filter, position 1: this is nested more than 64 levels deep.");
    // However it is put together.
    let nested = (0..5).fold("Status".to_owned(), |inner, _| format!("({inner}{})", ".ToLower()".repeat(20)));
    assert!(refused(format!("{nested} = 'x'")).ends_with("nested more than 64 levels deep."));
    assert!(filter(format!("Id in ({})", vec!["1"; 100].join(","))).is_ok());
    assert_eq!(refused(format!("Id in ({})", vec!["1"; 101].join(","))), "filter, position 207: there are more than 100 values here.");
    assert!(filter(vec!["Id = 1"; 400].join(" or ")).is_ok());
    assert_eq!(refused(vec!["Id = 1"; 500].join(" or ")), "filter, position 4097: this is longer than 4096 characters.");
    assert_eq!(refused(format!("Id = 1 or Customer{} = 1", ".Orders".repeat(500))), "filter, position 11: expected a value, found a list.");
    let sort = |text: String| Query::parse(&ORDER, &Parameters { sort: Some(text), ..Parameters::default() });
    assert_eq!(sort(["Id"; 11].join(",")).unwrap_err().to_string(), "sort, position 31: there are more than 10 properties here.");
    let select = |text: String| Query::parse(&ORDER, &Parameters { select: Some(text), ..Parameters::default() });
    assert_eq!(select(vec!["Id"; 101].join(",")).unwrap_err().to_string(), "select, position 301: there are more than 100 names here.");
    let include = |text: String| Query::parse(&ORDER, &Parameters { include: Some(text), ..Parameters::default() });
    assert!(include(format!("Lines{}", ".orders.lines".repeat(300))).is_ok());
}

/// What is nested is checked once, so that a short text is no long work.
#[test]
fn nested_lists_of_values_are_no_more_work_than_they_are_long() {
    let nested = (0..60).fold("Shipped".to_owned(), |inner, _| format!("({inner}) in (true, false, true)"));
    assert!(filtered(&nested).fits(&full(1)));
}
