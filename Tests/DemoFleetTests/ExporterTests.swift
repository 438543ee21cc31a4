import DemoFleet
import FleetModel
import Foundation
import Ports
import TestSupport
import Testing

@Suite struct ExporterTests {
  @Test func `A page has every default field of every GPU`() async throws {
    try await withFleet(plan()) { _, endpoints in
      let page = try await scrape(endpoints.targets[1].target)
      #expect(page.status == 200)
      #expect(page.header("Transfer-Encoding") == "chunked")
      #expect(page.header("Content-Type")?.hasPrefix("text/plain; version=0.0.4") == true)
      for field in DeviceField.allCases {
        let values = page.values(field.metricName)
        #expect(values.count == 8, "\(field)")
        #expect(values.allSatisfy { field.range.contains($0) }, "\(field)")
      }
      #expect(page.values("vllm:num_requests_running").isEmpty)
    }
  }

  @Test func `Its fields agree with each other and with the truth`() async throws {
    let time = VirtualTime()
    try await withFleet(plan(), duty: 0.25, time: time) { _, endpoints in
      let first = try await scrape(endpoints.targets[0].target)
      time.advance(by: .seconds(10))
      let second = try await scrape(endpoints.targets[0].target)
      #expect(second.values(DeviceField.gpuUtilization.metricName).first == 25)
      #expect(second.values(DeviceField.engineActive.metricName).first == 0.25)
      #expect(second.values(DeviceField.memoryUsed.metricName).first == 1000)
      let power = try #require(second.values(DeviceField.powerUsage.metricName).first)
      let energy = DeviceField.totalEnergy.metricName
      let used = try #require(second.values(energy).first) - #require(first.values(energy).first)
      #expect(abs(used - power * 10_000) <= 10)
      #expect(second.values("vllm:num_requests_running") == [16])
      #expect(second.values("vllm:request_success_total") == [20])
    }
  }

  @Test func `An idle node serves nobody`() async throws {
    try await withFleet(plan(), duty: 0) { _, endpoints in
      let page = try await scrape(endpoints.targets[0].target)
      #expect(page.values("vllm:num_requests_running") == [0])
      #expect(page.values(DeviceField.engineActive.metricName).allSatisfy { $0 == 0 })
      #expect(page.values(DeviceField.powerUsage.metricName).first == 108)
    }
  }

  @Test func `UUIDs differ, and stay the same`() async throws {
    var seen: [Set<String>] = []
    for _ in 1...2 {
      try await withFleet(plan()) { _, endpoints in
        var uuids: Set<String> = []
        for target in endpoints.targets {
          let page = try await scrape(target.target)
          for line in page.text.split(separator: "\n") where line.contains("UUID=\"") {
            uuids.insert(String(line.split(separator: "\"")[3]))
          }
        }
        seen.append(uuids)
      }
    }
    #expect(seen[0].count == 16)
    #expect(seen[0] == seen[1])
  }

  @Test func `A node that is off does not answer, and begins anew when it is back`() async throws {
    let time = VirtualTime()
    try await withFleet(plan(), time: time) { _, endpoints in
      let node = endpoints.targets[0]
      _ = try await scrape(node.target)
      time.advance(by: .seconds(100))
      let before = try await scrape(node.target).values(DeviceField.totalEnergy.metricName)
      _ = try await ask(endpoints.ec2, "Action=StopInstances&InstanceId.1=\(node.node)")
      await #expect(throws: TransportError.broken("closed without an answer")) {
        try await scrape(node.target)
      }
      _ = try await scrape(endpoints.targets[1].target)
      _ = try await ask(endpoints.ec2, "Action=StartInstances&InstanceId.1=\(node.node)")
      let after = try await scrape(node.target).values(DeviceField.totalEnergy.metricName)
      #expect(before.allSatisfy { $0 > 0 } && after.allSatisfy { $0 == 0 })
    }
  }

  @Test func `What nobody recorded is not on the page`() async throws {
    try await withFleet(plan(10)) { _, endpoints in
      let page = try await scrape(endpoints.targets[9].target)
      #expect(page.values(DeviceField.gpuUtilization.metricName).isEmpty)
    }
  }

  @Test(.enabled(if: PythonJudge.has("prometheus_client"), "prometheus_client is not installed"))
  func `prometheus_client reads the page`() async throws {
    try await withFleet(plan()) { _, endpoints in
      let page = try await scrape(endpoints.targets[0].target)
      let script = SharedFiles.packageRoot.appending(
        path: "Tests/DemoFleetTests/Tools/judge_metrics.py")
      let outcome = try await PythonJudge.aside(
        [PythonJudge.python, script.path], input: page.text, limit: 60)
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.output.contains("DCGM_FI_DEV_GPU_UTIL 8\n"))
      #expect(outcome.output.contains("vllm:num_requests_running 1\n"))
    }
  }

  @Test func `A launched machine takes a spare place`() async throws {
    try await withFleet(plan(1, spares: 1)) { fleet, endpoints in
      #expect(endpoints.targets.count == 1)
      let run = "Action=RunInstances&ImageId=ami-1&InstanceType=p5.48xlarge&MinCount=1&MaxCount=1"
      _ = try await ask(endpoints.ec2, run + "&ClientToken=t")
      let target = try #require(fleet.endpoints().targets.last)
      #expect(fleet.ec2.instances(ofToken: "t") == [target.node])
      #expect(
        try await scrape(target.target).values(DeviceField.gpuUtilization.metricName).count == 8)
      let tag = "Action=DescribeInstances&Filter.1.Name=tag:finops-target&Filter.1.Value.1="
      #expect(
        try await ask(endpoints.ec2, tag + target.target.rawValue).text.contains(
          target.node.rawValue))
    }
  }

  @Test func `A port that is taken is an error, and nothing stays open`() async throws {
    try await withFleet(plan(1)) { _, endpoints in
      let port = try #require(Int(endpoints.targets[0].target.rawValue.split(separator: ":")[1]))
      var second = plan(1)
      second.firstPort = port
      let fleet = DemoFleet(second, activity: Steady(duty: 0), time: VirtualTime())
      await #expect(throws: DemoError.self) { try await fleet.start() }
    }
  }
}
