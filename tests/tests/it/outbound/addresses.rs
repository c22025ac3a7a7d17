//! Where a request goes, and where it never does.

use std::net::SocketAddr;
use std::sync::Arc;

use latchkey_core::domain::destination::Reach;
use latchkey_core::outbound::{Outbound, Roots, Unsent};
use latchkey_tests::sink::{FakeNetwork, ROOT, Sink};

use super::post;

/// One address of each class that no name may lead to.
const REFUSED: [&str; 40] = [
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "127.9.9.9",
    "169.254.169.254",
    "169.254.170.2",
    "169.254.79.1",
    "168.63.129.16",
    "172.16.0.1",
    "192.0.0.1",
    "192.0.2.1",
    "192.31.196.1",
    "192.52.193.1",
    "192.88.99.1",
    "192.168.0.1",
    "192.175.48.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "ff02::1",
];

#[tokio::test]
async fn a_name_that_leads_to_any_address_that_is_not_public_is_not_called() {
    let sink = Sink::tls().await;
    let (client, network) = sink.client();
    for (number, address) in REFUSED.iter().enumerate() {
        let alone = format!("alone{number}.shop.example");
        network.leads_to(&alone, &[address]);
        // One among public ones is enough, wherever it stands.
        let among = format!("among{number}.shop.example");
        network.leads_to(&among, &["93.184.216.34", address, "2606:4700::1111"]);
        for name in [alone, among] {
            let answer = post(&client, &format!("https://{name}/")).await;
            assert!(matches!(answer, Err(Unsent::NotCalled(_))), "{name}: {answer:?}");
        }
    }
    assert_eq!((network.connected(), sink.connections()), (Vec::new(), 0));
}

#[tokio::test]
async fn the_connection_goes_to_the_address_that_was_judged_under_the_name_that_was_asked() {
    let sink = Sink::tls().await;
    let (client, network) = sink.client();
    network.leads_to("shop.example", &["8.8.4.4"]);
    let answer = post(&client, "https://shop.example:8443/blog/x?y=1").await.unwrap();
    assert_eq!(answer.status, 204);
    assert_eq!(network.connected(), ["8.8.4.4:8443".parse::<SocketAddr>().unwrap()]);
    let received = &sink.received()[0];
    assert_eq!((received.line.as_str(), received.header("host")), ("POST /blog/x?y=1 HTTP/1.1", Some("shop.example:8443")));
    assert_eq!((received.header("content-length"), received.body.as_slice()), (Some("2"), b"{}".as_slice()));
}

#[tokio::test]
async fn a_name_that_leads_elsewhere_the_second_time_is_looked_up_once_a_request_and_judged_each_time() {
    let sink = Sink::tls().await;
    let (client, network) = sink.client();
    network.leads_to("shop.example", &["93.184.216.34"]);
    network.leads_to("shop.example", &["169.254.169.254"]);
    assert_eq!(post(&client, "https://shop.example/").await.unwrap().status, 204);
    assert_eq!(network.looked_up().len(), 1, "between judging and connecting nobody may be asked again");
    assert!(matches!(post(&client, "https://shop.example/").await, Err(Unsent::NotCalled(_))));
    assert_eq!((network.looked_up().len(), network.connected().len()), (2, 1));
}

#[tokio::test]
async fn an_address_without_a_name_is_judged_too() {
    let sink = Sink::tls().await;
    let (client, network) = sink.client();
    for url in ["https://127.0.0.1/", "https://[::1]/", "https://2130706433/"] {
        assert!(matches!(post(&client, url).await, Err(Unsent::NotCalled("loopback"))), "{url}");
    }
    assert!(network.looked_up().is_empty() && network.connected().is_empty());
}

#[tokio::test]
async fn plain_http_and_this_machine_are_for_the_local_stack_alone() {
    let sink = Sink::plain().await;
    let (client, _) = sink.client();
    assert!(matches!(post(&client, "http://127.0.0.1:1/").await, Err(Unsent::NotCalled("not https"))));
    let local = Outbound::new(Reach::Local, &Roots::Pem(ROOT.to_vec())).unwrap();
    assert_eq!(post(&local, &sink.url()).await.unwrap().status, 204);
    // What is inside a network is not, nor what only looks like this machine.
    let network = Arc::new(FakeNetwork::before(sink.address()));
    let local = local.with_network(Arc::clone(&network) as _);
    for address in REFUSED.iter().filter(|address| !["127.0.0.1", "127.9.9.9", "::1"].contains(address)) {
        let name = format!("n{}.example", address.replace([':', '.'], "-"));
        network.leads_to(&name, &[address]);
        assert!(matches!(post(&local, &format!("http://{name}/")).await, Err(Unsent::NotCalled(_))), "{address}");
    }
    assert_eq!(network.connected(), []);
}

#[tokio::test]
async fn a_certificate_for_another_name_or_from_nobody_known_is_not_believed() {
    let sink = Sink::tls().await;
    let (client, network) = sink.client();
    assert_eq!(post(&client, "https://another.example/").await.unwrap_err(), Unsent::NoTls);
    let system = Outbound::new(Reach::Public, &Roots::System).unwrap().with_network(network);
    assert_eq!(post(&system, "https://shop.example/").await.unwrap_err(), Unsent::NoTls);
    assert!(sink.received().is_empty());
}

#[tokio::test]
async fn the_next_address_is_tried_where_one_is_dead() {
    let sink = Sink::tls().await;
    let (client, network) = sink.client();
    network.leads_to("shop.example", &["2606:4700::1111", "93.184.216.34", "93.184.216.35"]);
    network.is_unreachable("93.184.216.34");
    assert_eq!(post(&client, "https://shop.example/").await.unwrap().status, 204);
    let connected: Vec<String> = network.connected().iter().map(ToString::to_string).collect();
    assert_eq!(connected, ["93.184.216.34:443", "93.184.216.35:443"]);
}

#[tokio::test]
async fn a_name_that_leads_nowhere_and_a_host_that_is_dead_are_tried_again_later() {
    let sink = Sink::tls().await;
    let (client, network) = sink.client();
    network.leads_to("nowhere.example", &[]);
    network.leads_to("dead.example", &["93.184.216.99"]);
    network.is_unreachable("93.184.216.99");
    assert_eq!(post(&client, "https://nowhere.example/").await.unwrap_err(), Unsent::NotFound);
    assert_eq!(post(&client, "https://dead.example/").await.unwrap_err(), Unsent::NotConnected);
}
