//! Network interfaces.

use model::metrics::{Network, SeriesKey};

use crate::machine::Machine;

fn dev(interfaces: &[(&str, u64, u64)]) -> String {
    let mut text =
        "Inter-|   Receive  |  Transmit\n face |bytes packets errs drop fifo frame compressed multicast|bytes\n"
            .to_owned();
    for (name, receive, send) in interfaces {
        text += &format!("{name:>6}: {receive} 1 0 0 0 0 0 0 {send} 1 0 0 0 0 0 0\n");
    }
    text
}

fn network(name: &str, receive: Option<f32>, send: Option<f32>) -> Network {
    Network { name: name.to_owned(), receive, send }
}

fn machine(interfaces: &[(&str, u64, u64)]) -> Machine {
    Machine::with(&[("proc/net/dev", &dev(interfaces))])
}

#[test]
fn rates_come_from_two_readings_and_the_real_span() {
    let mut machine = machine(&[("lo", 5, 5), ("eth0", 1000, 2000), ("long-name0", 7, 7)]);
    assert_eq!(machine.read().networks, [network("eth0", None, None), network("long-name0", None, None)]);
    machine.write("proc/net/dev", dev(&[("lo", 9, 9), ("eth0", 1500, 2250), ("long-name0", 7, 9)]));
    let sample = machine.after(2000);
    let expected = [network("eth0", Some(250.0), Some(125.0)), network("long-name0", Some(0.0), Some(1.0))];
    assert_eq!(sample.networks, expected);
    assert_eq!(SeriesKey::NetworkReceive.of(&sample), Some(250.0));
    assert_eq!(SeriesKey::NetworkSend.of(&sample), Some(126.0));
}

#[test]
fn a_reset_or_wrapped_counter_gives_no_rate_for_one_sample() {
    let mut machine = machine(&[("eth0", 4_294_967_000, 100), ("eth1", 10, 10)]);
    machine.read();
    machine.write("proc/net/dev", dev(&[("eth0", 50, 99_999_999), ("eth1", 20, 10)]));
    assert_eq!(machine.after(1000).networks, [network("eth0", None, None), network("eth1", Some(10.0), Some(0.0))]);
    machine.write("proc/net/dev", dev(&[("eth0", 60, 100_000_000), ("eth1", 20, 10)]));
    assert_eq!(machine.after(1000).networks[0], network("eth0", Some(10.0), Some(1.0)));
}

#[test]
fn an_interface_that_comes_and_one_that_goes_leave_the_others_alone() {
    let mut machine = machine(&[("eth0", 100, 100), ("usb0", 100, 100)]);
    machine.read();
    machine.write("proc/net/dev", dev(&[("wlan0", 5_000_000, 1), ("eth0", 110, 101)]));
    assert_eq!(machine.after(1000).networks, [network("wlan0", None, None), network("eth0", Some(10.0), Some(1.0))]);
    // Back again: what passed while it was away is no rate.
    machine.write("proc/net/dev", dev(&[("eth0", 120, 102), ("usb0", 900, 900)]));
    assert_eq!(machine.after(1000).networks, [network("eth0", Some(10.0), Some(1.0)), network("usb0", None, None)]);
}

#[test]
fn what_hands_on_the_bytes_of_others_is_not_counted_again() {
    let mut machine = machine(&[
        ("eth0", 1, 1),
        ("veth12ab", 1, 1),
        ("ifb0", 1, 1),
        ("docker0", 1, 1),
        ("bond0", 1, 1),
        ("eth0.7", 1, 1),
        ("local0", 1, 1),
    ]);
    machine.folder("sys/class/net/eth0/statistics");
    machine.folder("sys/class/net/docker0/bridge");
    machine.folder("sys/class/net/bond0/bonding");
    machine.folder("sys/class/net/eth0.7/lower_eth0");
    assert_eq!(machine.read().networks, [network("eth0", None, None), network("local0", None, None)]);
}
