//! What each construct means.

use super::*;

/// Whether these hold of both a full order and a bare one.
#[track_caller]
fn means(cases: &[(&str, bool, bool)]) {
    for (filter, of_full, of_bare) in cases {
        let query = filtered(filter);
        assert_eq!(query.fits(&full(1)), *of_full, "{filter}, of the full one");
        assert_eq!(query.fits(&bare(1)), *of_bare, "{filter}, of the bare one");
    }
}

#[test]
fn the_rows_here_are_what_their_entity_says() {
    assert_eq!(ORDER.mismatch(&full(1)), None);
    assert_eq!(ORDER.mismatch(&bare(1)), None);
    let customer = full(1).customer.unwrap();
    assert_eq!(CUSTOMER.mismatch(&customer), None);
    assert_eq!(CUSTOMER.mismatch(&bare(1)), Some("city"));
}

#[test]
fn names_have_any_case() {
    means(&[("ID = 1", true, true), ("customer.CITY == 'Köln'", true, false), ("iD eq 2", false, false)]);
}

#[test]
fn numbers_compare_by_value_across_their_types() {
    means(&[
        ("Id = 1.0", true, true),
        ("Total = 19.9 and Total > 19 and Total < 20L", true, false),
        ("Total >= 1990e-2m", true, false),
        ("Id > -1 && -1 < Id && Id > - 1 && Id = +1", true, true),
        ("Id > -9223372036854775808", true, true),
        ("Id <> 9223372036854775808", true, true),
        ("Id ne Seats", true, true),
        ("Id lt Seats", true, false),
    ]);
}

#[test]
fn texts_compare_by_their_characters_and_case_matters() {
    means(&[
        ("Status = 'Shipped'", true, false),
        ("Status = \"shipped\"", false, false),
        ("Status > 'Shippe' and Status < 'a'", true, false),
        ("Status.Contains('hip') and Status.StartsWith('Ship') and Status.EndsWith(\"ped\")", true, false),
        ("Status.contains('HIP')", false, false),
        ("Status.ToLower() = 'shipped' and Status.TOUPPER() = 'SHIPPED'", true, false),
        ("Status.ToUpper().ToLower().Contains('ppe')", true, false),
        ("Status.Contains('')", true, false),
        ("Status.Length = 7 and Status.ToUpper().Length > 6", true, false),
        ("'Shipped'.StartsWith(Status)", true, false),
        ("'abc'.Length = 3", true, true),
    ]);
}

#[test]
fn case_is_changed_and_characters_are_counted_as_dotnet_does() {
    means(&[
        // One character becomes one, or stays.
        ("Customer.Company.ToUpper() = 'STRAßE & SÖHNE'", true, false),
        ("'İ'.ToLower() = 'İ'", true, true),
        ("'ΣΑΣ'.ToLower() = 'σασ'", true, true),
        // UTF-16 units.
        ("'😀'.Length = 2", true, true),
    ]);
}

#[test]
fn null_is_equal_to_null_alone_and_comes_neither_before_nor_after() {
    means(&[
        ("Status = null", false, true),
        ("null != Status", true, false),
        ("Status != 'Shipped'", false, true),
        ("Seats < 10", true, false),
        ("Seats >= 10", false, false),
        ("not (Seats < 10)", false, true),
        ("Seats > null", false, false),
        ("Seats in (5, null)", true, true),
        ("Seats in (6, null)", false, true),
        ("null = null", true, true),
        ("PaidAt < '2025-01-01'", true, false),
    ]);
}

#[test]
fn null_is_passed_on_by_members_methods_and_navigations() {
    means(&[
        ("Customer = null", false, true),
        ("Customer.Company = null", false, true),
        ("Customer.Id != 8", true, true),
        ("Customer.Id = null", false, true),
        ("Customer.Company.Contains('S')", true, false),
        ("not Customer.Company.Contains('S')", false, true),
        ("Customer.Company.ToLower() = null", false, true),
        ("Status.Length = null", false, true),
        ("Address.City = 'Köln'", true, true),
    ]);
}

#[test]
fn np_is_the_value_or_what_is_said_instead() {
    means(&[
        ("np(Customer.Company) = null", false, true),
        ("np(Customer.Company, 'none') = 'none'", false, true),
        ("NP(Seats, 0) < 5", false, true),
        ("np(Status, 'x').Length = 1", false, true),
        ("np(Paid, false) = false", false, true),
        ("np(PaidAt, '2020-01-01') < DateTime(2021,1,1)", false, true),
        ("np(Status, Customer.City) = null", false, true),
        ("np(Id) = null", false, false),
    ]);
}

#[test]
fn truths_are_conditions_and_can_be_compared() {
    means(&[
        ("Shipped", true, false),
        ("!Shipped", false, true),
        ("not not Shipped", true, false),
        ("Paid", true, false),
        ("not Paid", false, true),
        ("Paid = false", false, false),
        ("Paid != true", false, true),
        ("Shipped = (Id = 1)", true, false),
        ("(Id = 2) = Shipped", false, true),
        ("Shipped in (true, false)", true, true),
        ("true", true, true),
        ("not true or false", false, false),
    ]);
}

#[test]
fn and_binds_closer_than_or_and_not_closest() {
    means(&[
        ("Id = 1 or Id = 2 and Shipped", true, true),
        ("(Id = 1 or Id = 2) and Shipped", true, false),
        ("not Shipped or Id = 1", true, true),
        ("not (Shipped or Id = 1)", false, false),
        ("Id = 1 AndAlso Shipped OrElse Id = 3", true, false),
        ("((((Id))) = (1))", true, true),
    ]);
}

#[test]
fn in_is_any_of_a_list() {
    means(&[
        ("Id in (3, 2, 1)", true, true),
        ("Id in (-1)", false, false),
        ("Status in ('New', 'Shipped')", true, false),
        ("Id in (Seats, 1.0)", true, true),
        ("CreatedAt in ('2024-03-01T12:00:00')", true, true),
        ("not (Id in (1))", false, false),
    ]);
}

#[test]
fn dates_are_written_in_three_ways_and_are_utc() {
    means(&[
        ("CreatedAt = DateTime(2024,3,1,12,0,0)", true, true),
        ("CreatedAt > datetime(2024, 3, 1)", true, true),
        ("CreatedAt = DateTime.Parse(\"2024-03-01T13:00:00+01:00\")", true, true),
        ("CreatedAt = '2024-03-01 12:00'", true, true),
        ("'2024-03-01' < CreatedAt", true, true),
        ("PaidAt >= DateTime.parse('2024-03-02')", true, false),
        ("CreatedAt < DateTime(9999,12,31)", true, true),
    ]);
}

#[test]
fn a_query_says_what_its_rows_have_to_know() {
    let reads = |parameters: &Parameters| parsed(parameters).reads().into_iter().map(|path| path.join(".")).collect::<Vec<_>>();
    let filter = |filter: &str| Parameters { filter: Some(filter.into()), ..Parameters::default() };
    assert_eq!(reads(&filter("Id = 1")), Vec::<String>::new());
    assert_eq!(reads(&filter("np(Customer.Company, Address.City).ToLower() = 'x'")), ["address", "customer"]);
    assert_eq!(reads(&filter("Customer = null")), ["customer"]);
    assert_eq!(reads(&Parameters { sort: Some("Customer.City".into()), ..Parameters::default() }), ["customer"]);
}
