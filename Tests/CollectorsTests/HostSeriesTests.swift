import FleetModel
import Testing

@testable import Collectors

@Suite("Series of the host")
struct HostSeriesTests {
  /// Two CPUs, a loopback, two networks and two disks, as node_exporter writes them.
  static let body = """
    # TYPE node_cpu_seconds_total counter
    node_cpu_seconds_total{cpu="0",mode="idle"} 900.5
    node_cpu_seconds_total{cpu="0",mode="iowait"} 10
    node_cpu_seconds_total{cpu="0",mode="user"} 89.5
    node_cpu_seconds_total{cpu="1",mode="idle"} 500
    node_cpu_seconds_total{cpu="1",mode="user"} 500
    node_cpu_guest_seconds_total{cpu="0",mode="user"} 7
    node_disk_read_bytes_total{device="nvme0n1"} 1e9
    node_disk_read_bytes_total{device="nvme1n1"} 2e9
    node_disk_written_bytes_total{device="nvme0n1"} 4e9
    node_disk_reads_completed_total{device="nvme0n1"} 17
    node_network_receive_bytes_total{device="eth0"} 100
    node_network_receive_bytes_total{device="eth1"} 20
    node_network_receive_bytes_total{device="lo"} 7e12
    node_network_transmit_bytes_total{device="eth0"} 3
    node_network_transmit_bytes_total{device="lo"} 7e12

    """

  @Test("CPUs, networks and disks are added up, the loopback is left out")
  func sums() throws {
    let reading = try DCGMReaderTests.read(Self.body)
    #expect(
      reading.host
        == HostReading(
          cpuIdleSeconds: 1400.5, cpuSeconds: 2000, networkBytes: 123, diskBytes: 7e9))
    #expect(reading.accelerators.isEmpty && reading.rejectedSamples == 0)
  }

  @Test("they stand beside the accelerators of the same body and are not theirs")
  func beside() throws {
    let reading = try DCGMReaderTests.read(Bodies.node(gpus: 2) + Self.body)
    #expect(reading.host?.diskBytes == 7e9)
    #expect(reading.accelerators.count == 2)
    #expect(reading.accelerators == (try DCGMReaderTests.read(Bodies.node(gpus: 2))).accelerators)
  }

  @Test("a body without them has no host, and what is missing of it is absent, not zero")
  func absent() throws {
    #expect(try DCGMReaderTests.read(Bodies.node(gpus: 1)).host == nil)
    let onlyLoopback = "node_network_receive_bytes_total{device=\"lo\"} 5\n"
    #expect(try DCGMReaderTests.read(onlyLoopback).host == nil)
    let onlyIdle = "node_cpu_seconds_total{cpu=\"0\",mode=\"idle\"} 5\n"
    #expect(try DCGMReaderTests.read(onlyIdle).host == HostReading(cpuIdleSeconds: 5))
  }

  @Test("a part that cannot be true makes the sum unknown", arguments: ["NaN", "-1", "+Inf"])
  func impossible(value: String) throws {
    let text = Self.body.replacing("\"eth1\"} 20", with: "\"eth1\"} \(value)")
    let reading = try DCGMReaderTests.read(text)
    #expect(reading.host?.networkBytes == nil && reading.host?.diskBytes == 7e9)
    #expect(reading.rejectedSamples == 1)
  }
}
