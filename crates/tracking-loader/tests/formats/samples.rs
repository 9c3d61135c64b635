//! Lines as servers write them: each is detected as its own format, and no other format accepts it.

use tracking_loader::{Format, FormatOptions, LogRecord, detect};

/// The log of some server: its format, its lines, and of its last record task, user, time, data.
struct Sample {
    format: &'static str,
    lines: &'static [&'static str],
    becomes: [&'static str; 4],
}

const AGENT: &str = "Mozilla/5.0 (X11; Linux x86_64)";

const SAMPLES: &[Sample] = &[
    // Apache's common, combined and vhost_combined.
    Sample {
        format: "access",
        lines: &[r#"192.0.2.1 - anna [10/Feb/2012:16:42:07 -0500] "GET / HTTP/1.0" 301 368"#],
        becomes: [
            "/",
            "anna",
            "2012-02-10T21:42:07Z",
            r#"{"bytes":368,"host":"192.0.2.1","method":"GET","protocol":"HTTP/1.0","status":301}"#,
        ],
    },
    Sample {
        format: "access",
        lines: &[
            r#"2001:db8::1 - - [10/Feb/2012:16:42:07 -0500] "GET /a\"b HTTP/2" 301 368 "-" "A \"B\"""#,
        ],
        becomes: [
            r#"/a\"b"#,
            "2001:db8::1",
            "2012-02-10T21:42:07Z",
            r#"{"agent":"A \\\"B\\\"","bytes":368,"host":"2001:db8::1","method":"GET","protocol":"HTTP/2","status":301}"#,
        ],
    },
    Sample {
        format: "access",
        lines: &[
            r#"www.example.com:443 192.0.2.1 - - [10/Feb/2012:16:42:07 -0500] "OPTIONS * HTTP/1.1" 200 0 "-" "-""#,
        ],
        becomes: [
            "*",
            "192.0.2.1",
            "2012-02-10T21:42:07Z",
            r#"{"bytes":0,"host":"192.0.2.1","method":"OPTIONS","port":443,"protocol":"HTTP/1.1","status":200,"vhost":"www.example.com"}"#,
        ],
    },
    // A virtual host without its port.
    Sample {
        format: "access",
        lines: &[
            r#"www.example.com 192.0.2.1 - anna [10/Feb/2012:16:42:07 -0500] "GET /為 HTTP/1.0" 301 368 "-" "A""#,
        ],
        becomes: [
            "/為",
            "anna",
            "2012-02-10T21:42:07Z",
            r#"{"agent":"A","bytes":368,"host":"192.0.2.1","method":"GET","protocol":"HTTP/1.0","status":301,"vhost":"www.example.com"}"#,
        ],
    },
    // OVH has the virtual host where the identity is elsewhere.
    Sample {
        format: "access",
        lines: &[
            r#"192.0.2.1 www.example.com anna [10/Feb/2012:16:42:07 -0500] "GET / HTTP/1.1" 301 368 "-" "A""#,
        ],
        becomes: [
            "/",
            "anna",
            "2012-02-10T21:42:07Z",
            r#"{"agent":"A","bytes":368,"host":"192.0.2.1","ident":"www.example.com","method":"GET","protocol":"HTTP/1.1","status":301}"#,
        ],
    },
    // Gandi has the time it took before the request.
    Sample {
        format: "access",
        lines: &[
            r#"www.example.com 2001:db8::7334 - - [10/Feb/2012:16:42:07 -0500] (0 s) "GET / HTTP/1.1" 200 1124 "https://www.example.com/" "A""#,
        ],
        becomes: [
            "/",
            "2001:db8::7334",
            "2012-02-10T21:42:07Z",
            r#"{"agent":"A","bytes":1124,"host":"2001:db8::7334","method":"GET","more":{"before_1":"(0 s)"},"protocol":"HTTP/1.1","referer":"https://www.example.com/","status":200,"vhost":"www.example.com"}"#,
        ],
    },
    // nginx as it is packaged, with one more field in quotes.
    Sample {
        format: "access",
        lines: &[
            r#"192.0.2.1 - - [10/Feb/2012:16:42:06 -0500] "GET / HTTP/1.1" 200 5 "-" "A" "-""#,
            r#"192.0.2.1 - - [10/Feb/2012:16:42:07 -0500] "GET / HTTP/1.1" 200 5 "-" "A" "198.51.100.7, 2001:db8::2""#,
        ],
        becomes: [
            "/",
            "192.0.2.1",
            "2012-02-10T21:42:07Z",
            r#"{"agent":"A","bytes":5,"host":"192.0.2.1","method":"GET","more":{"x_forwarded_for":"198.51.100.7, 2001:db8::2"},"protocol":"HTTP/1.1","status":200}"#,
        ],
    },
    // Icecast, with the seconds that a listener stayed.
    Sample {
        format: "access",
        lines: &[
            r#"192.0.2.1 - anna [10/Feb/2012:16:42:07 -0500] "GET /radio.ogg HTTP/1.0" 200 368 "-" "A" 1807"#,
        ],
        becomes: [
            "/radio.ogg",
            "anna",
            "2012-02-10T21:42:07Z",
            r#"{"agent":"A","bytes":368,"host":"192.0.2.1","method":"GET","more":{"after_1":"1807"},"protocol":"HTTP/1.0","status":200}"#,
        ],
    },
    // Traefik's own text, here of a request that was aborted.
    Sample {
        format: "access",
        lines: &[
            r#"192.0.2.1 - - [10/Feb/2012:16:42:07 -0500] "POST / HTTP/2.0" - - "-" "A" 3180 "web@docker" "http://10.0.0.2:80" 29ms"#,
        ],
        becomes: [
            "/",
            "192.0.2.1",
            "2012-02-10T21:42:07Z",
            r#"{"agent":"A","host":"192.0.2.1","method":"POST","more":{"duration":"29ms","request_count":"3180","router":"web@docker","server_url":"http://10.0.0.2:80"},"protocol":"HTTP/2.0"}"#,
        ],
    },
    // Jetty, with two blanks here and there, and Tomcat with %D.
    Sample {
        format: "access",
        lines: &[
            r#"192.0.2.1 -  -  [10/Feb/2012:16:42:07 +0000] "GET /a HTTP/1.1" 200 500  "-" "A" "#,
        ],
        becomes: [
            "/a",
            "192.0.2.1",
            "2012-02-10T16:42:07Z",
            r#"{"agent":"A","bytes":500,"host":"192.0.2.1","method":"GET","protocol":"HTTP/1.1","status":200}"#,
        ],
    },
    Sample {
        format: "access",
        lines: &[r#"192.0.2.1 - - [10/Feb/2012:16:42:07 +0000] "M-SEARCH /a HTTP/1.1" 200 - 17"#],
        becomes: [
            "/a",
            "192.0.2.1",
            "2012-02-10T16:42:07Z",
            r#"{"host":"192.0.2.1","method":"M-SEARCH","more":{"after_1":"17"},"protocol":"HTTP/1.1","status":200}"#,
        ],
    },
    Sample {
        format: "haproxy",
        lines: &[
            r#"Sep 25 06:05:27 hostname haproxy[6801]: 192.0.2.1:55008 [25/Sep/2018:06:05:27.584] ft_https~ bk_https/abc 0/0/0/72/72 200 7456 - - ---- 5/4/0/1/0 0/0 "POST /user/?a=b HTTP/1.1""#,
        ],
        becomes: [
            "/user/",
            "192.0.2.1",
            "2018-09-25T06:05:27.584Z",
            r#"{"bytes":7456,"host":"192.0.2.1","method":"POST","more":{"backend":"bk_https","connections":"5/4/0/1/0","frontend":"ft_https~","queues":"0/0","server":"abc","timers":"0/0/0/72/72"},"protocol":"HTTP/1.1","query":"a=b","status":200}"#,
        ],
    },
    Sample {
        format: "haproxy",
        lines: &[
            r#"2001:db8::1:55008 [25/Sep/2018:06:05:27.584] web web/<NOSRV> -1/-1/-1/-1/5 -1 +187 - - PR-- 5/4/0/1/0 0/0 {www.example.org|A B} {} "<BADREQ>""#,
        ],
        becomes: [
            "(no path)",
            "2001:db8::1",
            "2018-09-25T06:05:27.584Z",
            r#"{"bytes":187,"host":"2001:db8::1","more":{"backend":"web","connections":"5/4/0/1/0","frontend":"web","queues":"0/0","request_headers":"{www.example.org|A B}","response_headers":"{}","server":"<NOSRV>","termination_state":"PR--","timers":"-1/-1/-1/-1/5"},"request":"<BADREQ>"}"#,
        ],
    },
    Sample {
        format: "s3",
        lines: &[
            r#"79a59df9 amzn-bucket [10/Feb/2012:16:42:07 -0500] 192.0.2.1 - EB35 WEBSITE.GET.OBJECT index "GET /index?x HTTP/1.1" 200 - 368 368 10 9 "-" "A B" - hostid= SigV4 ECDHE AuthHeader bucket.s3.amazonaws.com TLSv1.2 - - new"#,
        ],
        becomes: [
            "/index",
            "192.0.2.1",
            "2012-02-10T21:42:07Z",
            r#"{"agent":"A B","bytes":368,"host":"192.0.2.1","method":"GET","more":{"authentication_type":"AuthHeader","bucket":"amzn-bucket","bucket_owner":"79a59df9","cipher_suite":"ECDHE","field_27":"new","host_id":"hostid=","key":"index","object_size":"368","operation":"WEBSITE.GET.OBJECT","request_id":"EB35","signature_version":"SigV4","tls_version":"TLSv1.2","total_time":"10","turn_around_time":"9"},"protocol":"HTTP/1.1","query":"x","status":200,"vhost":"bucket.s3.amazonaws.com"}"#,
        ],
    },
    Sample {
        format: "s3",
        lines: &[
            "79a59df9 amzn-bucket [10/Feb/2012:16:42:07 -0500] - arn:aws:iam::1:user/anna EB35 S3.EXPIRE.OBJECT a/b - - - - 368 - - - - -",
        ],
        becomes: [
            "(no path)",
            "arn:aws:iam::1:user/anna",
            "2012-02-10T21:42:07Z",
            r#"{"more":{"bucket":"amzn-bucket","bucket_owner":"79a59df9","key":"a/b","object_size":"368","operation":"S3.EXPIRE.OBJECT","request_id":"EB35"},"request":"-"}"#,
        ],
    },
    Sample {
        format: "elb",
        lines: &[
            "# a remark",
            r#"2015-05-13T23:39:43.945958Z my-elb 192.0.2.1:2817 10.0.0.1:80 0.000086 0.001048 0.001337 200 200 0 57 "GET https://www.example.com:443/a/b.html?c HTTP/1.1" "A" DHE-RSA TLSv1.2"#,
        ],
        becomes: [
            "/a/b.html",
            "192.0.2.1",
            "2015-05-13T23:39:43.945958Z",
            r#"{"agent":"A","bytes":57,"host":"192.0.2.1","method":"GET","more":{"backend":"10.0.0.1:80","backend_processing_time":"0.001048","backend_status":"200","elb":"my-elb","received_bytes":"0","request_processing_time":"0.000086","response_processing_time":"0.001337","ssl_cipher":"DHE-RSA","ssl_protocol":"TLSv1.2"},"port":443,"protocol":"HTTP/1.1","query":"c","status":200,"vhost":"www.example.com"}"#,
        ],
    },
    Sample {
        format: "elb",
        lines: &[
            r#"2015-05-13T23:39:43.945958Z my-elb 192.0.2.1:2817 10.0.0.1:80 0.001069 0.000028 0.000041 - - 82 305 "- - - " "-" - -"#,
        ],
        becomes: [
            "(no path)",
            "192.0.2.1",
            "2015-05-13T23:39:43.945958Z",
            r#"{"bytes":305,"host":"192.0.2.1","more":{"backend":"10.0.0.1:80","backend_processing_time":"0.000028","elb":"my-elb","received_bytes":"82","request_processing_time":"0.001069","response_processing_time":"0.000041"},"request":"- - - "}"#,
        ],
    },
    Sample {
        format: "alb",
        lines: &[
            r#"h2 2020-01-01T00:55:04.127531Z app/my-alb/abcdef [2001:db8::1]:2817 10.0.0.1:80 0.001 0.102 0.000 200 200 225 24950 "GET https://www.example.com/ HTTP/2.0" "A" ECDHE TLSv1.2 arn:aws:tg "Root=1-a" "www.example.com" "arn:aws:acm" 0 2020-01-01T00:55:04.023000Z "forward" "-" "-" "10.1.1.1:80" "200" "-" "-""#,
        ],
        becomes: [
            "/",
            "[2001:db8::1]",
            "2020-01-01T00:55:04.127531Z",
            r#"{"agent":"A","bytes":24950,"host":"[2001:db8::1]","method":"GET","more":{"actions_executed":"forward","certificate_arn":"arn:aws:acm","domain_name":"www.example.com","elb":"app/my-alb/abcdef","matched_rule_priority":"0","received_bytes":"225","request_creation_time":"2020-01-01T00:55:04.023000Z","request_processing_time":"0.001","response_processing_time":"0.000","ssl_cipher":"ECDHE","ssl_protocol":"TLSv1.2","target":"10.0.0.1:80","target_group_arn":"arn:aws:tg","target_processing_time":"0.102","target_status":"200","target_statuses":"200","targets":"10.1.1.1:80","trace_id":"Root=1-a","type":"h2"},"protocol":"HTTP/2.0","status":200,"vhost":"www.example.com"}"#,
        ],
    },
    // IIS, its Advanced Logging, CloudFront with tabs, SHOUTcast, Incapsula, NetScaler.
    Sample {
        format: "w3c",
        lines: &[
            "#Software: Microsoft Internet Information Services 6.0",
            "#Version: 1.0",
            "#Date: 2012-04-01 00:00:13",
            "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs-version cs(User-Agent) cs(Cookie) cs(Referer) cs-host sc-status sc-bytes",
            r#"2012-04-01 00:00:13 10.0.0.7 GET /foo/bar a=b&c 80 anna 192.0.2.1 HTTP/1.1 Mozilla/5.0+(X11) "a=b; c=d|e=(f)" - example.com 200 27028"#,
        ],
        becomes: [
            "/foo/bar",
            "anna",
            "2012-04-01T00:00:13Z",
            r#"{"agent":"Mozilla/5.0+(X11)","bytes":27028,"host":"192.0.2.1","method":"GET","more":{"cs(Cookie)":"a=b; c=d|e=(f)","s-ip":"10.0.0.7"},"port":80,"protocol":"HTTP/1.1","query":"a=b&c","status":200,"vhost":"example.com"}"#,
        ],
    },
    Sample {
        format: "w3c",
        lines: &[
            "#Software: IIS Advanced Logging Module",
            "",
            "#Version: 1.0",
            "    ",
            "#Start-Date: 2014-11-18 00:00:00.128",
            "   ",
            "#Fields:   date-local time-local   s-ip   cs-method cs-uri-stem c-ip cs(User-Agent) cs(Host) sc-status sc-substatus TimeTakenMS",
            r#"2012-08-15 17:00:00.675 10.0.0.7 GET /hello/6,681965 "192.0.2.1" "A (B; C)" "hello.example.com" 404 " garbage w/ spaces " 359"#,
        ],
        becomes: [
            "/hello/6,681965",
            "192.0.2.1",
            "2012-08-15T17:00:00.675Z",
            r#"{"agent":"A (B; C)","host":"192.0.2.1","method":"GET","more":{"TimeTakenMS":"359","s-ip":"10.0.0.7","sc-substatus":" garbage w/ spaces "},"status":404,"vhost":"hello.example.com"}"#,
        ],
    },
    Sample {
        format: "w3c",
        lines: &[
            "#Version: 1.0",
            "#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query cs-protocol-version x-note",
            "2014-05-23\t01:13:11\tFRA2\t182\t192.0.2.10\tGET\td1.cloudfront.net\t/view/my file.html\t200\t-\tMozilla/5.0%2520(X)\t-\tHTTP/1.1\t",
        ],
        becomes: [
            "/view/my file.html",
            "192.0.2.10",
            "2014-05-23T01:13:11Z",
            r#"{"agent":"Mozilla/5.0%2520(X)","bytes":182,"host":"192.0.2.10","method":"GET","more":{"x-edge-location":"FRA2"},"protocol":"HTTP/1.1","status":200,"vhost":"d1.cloudfront.net"}"#,
        ],
    },
    Sample {
        format: "w3c",
        lines: &[
            "#Version: 1.0",
            "#Fields: date time x-edge-location c-ip x-event sc-bytes x-cf-status x-cf-client-id cs-uri-stem cs-uri-query c-referrer x-page-url c-user-agent x-sname",
            "2010-03-12\t23:51:20\tSEA4\t192.0.2.147\tplay\t2014\tOK\tbfd8\trtmp://s1.cloudfront.net/cfx/st\tkey=value\thttp://player.example.com/p.swf\thttp://www.example.com/a\tLNX%2010\tmyvideo",
        ],
        becomes: [
            "rtmp://s1.cloudfront.net/cfx/st",
            "192.0.2.147",
            "2010-03-12T23:51:20Z",
            r#"{"agent":"LNX%2010","bytes":2014,"host":"192.0.2.147","more":{"x-cf-client-id":"bfd8","x-cf-status":"OK","x-edge-location":"SEA4","x-event":"play","x-page-url":"http://www.example.com/a","x-sname":"myvideo"},"query":"key=value","referer":"http://player.example.com/p.swf"}"#,
        ],
    },
    Sample {
        format: "w3c",
        lines: &[
            "#Software: SHOUTcast",
            "#Fields: c-ip c-dns date cs-uri-stem c-status cs(User-Agent) sc-bytes x-duration time avgbandwidth",
            "192.0.2.1 192.0.2.1 2015-12-07 /stream?title=Nights 200 NSPlayer%2F10.0 65580 1 10:37:05 524640",
        ],
        becomes: [
            "/stream",
            "192.0.2.1",
            "2015-12-07T10:37:05Z",
            r#"{"agent":"NSPlayer%2F10.0","bytes":65580,"host":"192.0.2.1","more":{"avgbandwidth":"524640","c-dns":"192.0.2.1","x-duration":"1"},"query":"title=Nights","status":200}"#,
        ],
    },
    Sample {
        format: "w3c",
        lines: &[
            "#Software: Incapsula LOGS API",
            "#Date: 28/Jun/2017 07:28:59",
            "#Fields: date time cs-vid c-ip s-caip cs(User-Agent) cs-uri cs(Referrer) cs-method cs-uri-query sc-status",
            r#""2017-06-28" "07:26:35" "a1f3" "192.0.2.123" "" "A (B)" "www.example.com/page.php" "" "GET" "variable=test" "200""#,
        ],
        becomes: [
            "www.example.com/page.php",
            "192.0.2.123",
            "2017-06-28T07:26:35Z",
            r#"{"agent":"A (B)","host":"192.0.2.123","method":"GET","more":{"cs-vid":"a1f3"},"query":"variable=test","status":200}"#,
        ],
    },
    Sample {
        format: "w3c",
        lines: &[
            "#Software: Netscaler Web Logging(NSWL)",
            "#Date: 2012-08-16 11:00:13",
            "#Fields: time c-ip cs-username s-ip cs-method cs-uri-stem cs-uri-query sc-status cs(User-Agent)",
            "11:00:14 192.0.2.1 - 10.0.0.7 GET /a - 200 Mozilla/4.0+(compatible)",
        ],
        becomes: [
            "/a",
            "192.0.2.1",
            "2012-08-16T11:00:14Z",
            r#"{"agent":"Mozilla/4.0+(compatible)","host":"192.0.2.1","method":"GET","more":{"s-ip":"10.0.0.7"},"status":200}"#,
        ],
    },
    // JSON of servers, with names that people give nginx's variables.
    Sample {
        format: "nginx",
        lines: &[
            r#"{"idsite":1,"ip": "192.0.2.1","host": "www.example.org","path": "/a.php?b=c","status": "200","referrer": "http://x/","user_agent": "A","length": 192,"generation_time_milli": 0.008,"date": "2013-10-10T16:52:00+02:00"}"#,
        ],
        becomes: [
            "/a.php",
            "192.0.2.1",
            "2013-10-10T14:52:00Z",
            r#"{"agent":"A","bytes":192,"host":"192.0.2.1","more":{"generation_time_milli":0.008,"idsite":1},"query":"b=c","referer":"http://x/","status":200,"vhost":"www.example.org"}"#,
        ],
    },
    Sample {
        format: "nginx",
        lines: &[
            r#"{"time_local":"10/Oct/2013:16:52:00 +0200","remote_addr":"::1","request":"GET /caf\xE9 HTTP/1.1","status":200}"#,
        ],
        becomes: [
            r"/caf\xE9",
            "::1",
            "2013-10-10T14:52:00Z",
            r#"{"host":"::1","method":"GET","protocol":"HTTP/1.1","status":200}"#,
        ],
    },
    Sample {
        format: "caddy",
        lines: &[
            r#"{"ts":1703373474.8155608,"msg":"handled request","request":{"remote_ip":"192.0.2.4","client_ip":"192.0.2.4","proto":"HTTP/2.0","method":"GET","host":"example.com","uri":"/beta/"},"user_id":"","size":3609,"status":200}"#,
        ],
        becomes: [
            "/beta/",
            "192.0.2.4",
            "2023-12-23T23:17:54.815560Z",
            r#"{"bytes":3609,"host":"192.0.2.4","method":"GET","more":{"msg":"handled request","request":{"remote_ip":"192.0.2.4"}},"protocol":"HTTP/2.0","status":200,"vhost":"example.com"}"#,
        ],
    },
    Sample {
        format: "traefik",
        lines: &[
            r#"{"ClientHost":"192.0.2.1","ClientUsername":"-","request_User-Agent":"P/2","DownstreamStatus":200,"RequestMethod":"GET","RequestPath":"/my?id=1","RequestPort":"-","RequestProtocol":"HTTP/1.1","StartUTC":"2023-08-11T11:39:21.773360139Z","level":"info"}"#,
        ],
        becomes: [
            "/my",
            "192.0.2.1",
            "2023-08-11T11:39:21.773360Z",
            r#"{"agent":"P/2","host":"192.0.2.1","method":"GET","more":{"RequestPort":"-","level":"info"},"protocol":"HTTP/1.1","query":"id=1","status":200}"#,
        ],
    },
    // Our own, and the one of the reference system.
    Sample {
        format: "tracking",
        lines: &[r#"{"task":"a","run":"","user":"anna","time":"2026-11-23T14:47:01Z"}"#],
        becomes: ["a", "anna", "2026-11-23T14:47:01Z", "{}"],
    },
    Sample {
        format: "reference",
        lines: &["2026-11-23 15:47:01,123;001;anna;home;lesson-1;v;p"],
        becomes: [
            "lesson-1",
            "anna",
            "2026-11-23T15:47:01.123Z",
            r#"{"node":"home","params":"p","target":"lesson-1","view":"v"}"#,
        ],
    },
];

/// The last record that a format makes of lines, blank ones aside.
fn last_record(format: Format, lines: &[&str]) -> Option<LogRecord> {
    let mut reader = FormatOptions::new().reader(format);
    let lines = lines.iter().filter(|line| !line.trim().is_empty());
    let read = lines.map(|line| reader.read(line.as_bytes()).ok()?.into_record());
    read.last().flatten()
}

#[test]
fn each_sample_is_detected_and_read() {
    for sample in SAMPLES {
        let lines: Vec<_> = sample.lines.iter().map(|line| line.as_bytes()).collect();
        let mut detected = detect(&lines, &FormatOptions::new());
        let what = (detected.format.name(), detected.is_sure);
        assert_eq!(what, (sample.format, true), "{:?}", sample.lines);
        let mut last = None;
        for line in lines.iter().filter(|line| !line.trim_ascii().is_empty()) {
            last = detected.format.read(line).unwrap().into_record();
        }
        let last = last.unwrap();
        let time = last.time().to_string();
        let found = [
            last.task().as_str(),
            last.user().as_str(),
            &time,
            last.data().as_str(),
        ];
        assert_eq!(found, sample.becomes, "{:?}", sample.lines);
        assert_eq!(last.session_id(), None);
    }
}

#[test]
fn no_other_format_takes_a_sample() {
    for sample in SAMPLES {
        let is_access = sample.format == "access";
        for format in Format::ALL {
            let names = [
                "access",
                "common",
                "combined",
                "vhost-common",
                "vhost-combined",
            ];
            if format.name() == sample.format || (is_access && names.contains(&format.name())) {
                continue;
            }
            let taken = last_record(*format, sample.lines);
            assert!(taken.is_none(), "{format}: {:?}", sample.lines);
        }
    }
}

#[test]
fn a_sample_that_was_cut_off_is_refused_and_says_where() {
    for sample in SAMPLES {
        let (last, before) = sample.lines.split_last().unwrap();
        for cut in 1..last.len() {
            let Some(start) = last.get(..cut) else {
                continue;
            };
            let mut reader = FormatOptions::new().reader(sample.format.parse().unwrap());
            for line in before.iter().filter(|line| !line.trim().is_empty()) {
                let _content = reader.read(line.as_bytes());
            }
            match reader.read(start.as_bytes()) {
                Err(error) => assert!(error.column <= start.chars().count() + 1, "{start}"),
                // What is left is a whole line with fewer, or shorter, fields at its end.
                Ok(content) => {
                    let record = content.into_record().unwrap();
                    let whole = [record.task().as_str(), record.user().as_str()];
                    assert_eq!(whole, [sample.becomes[0], sample.becomes[1]], "{start}");
                    assert_eq!(record.time().to_string(), sample.becomes[2], "{start}");
                }
            }
        }
    }
}

#[test]
fn bytes_that_are_no_text_are_kept_in_every_format_of_text() {
    for (format, before, line) in [
        ("access", "", &b"::1 - - [10/Feb/2012:16:42:07 +0000] \"GET /caf\xe9?\xff HTTP/1.1\" 200 5 \"-\" \"\xc3\xa9\xc3\""[..]),
        ("w3c", "#Fields: date time c-ip cs-uri-stem cs-uri-query cs(User-Agent)", b"2012-02-10 16:42:07 ::1 /caf\xe9 \xff \xc3\xa9\xc3"),
        ("haproxy", "", b"::1:1 [10/Feb/2012:16:42:07.000] a b/c 0/0/0/0/0 200 5 - - ---- 1/1/1/1/0 0/0 {\xc3\xa9\xc3} \"GET /caf\xe9?\xff HTTP/1.1\""),
        ("elb", "", b"2012-02-10T16:42:07Z e ::1:1 - 0 0 0 200 200 0 5 \"GET http://a/caf\xe9?\xff HTTP/1.1\" \"\xc3\xa9\xc3\" - -"),
        ("s3", "", b"o b [10/Feb/2012:16:42:07 +0000] ::1 - r G k \"GET /caf\xe9?\xff HTTP/1.1\" 200 - 5 5 1 1 \"-\" \"\xc3\xa9\xc3\" -"),
        ("nginx", "", b"{\"time_local\":\"10/Feb/2012:16:42:07 +0000\",\"remote_addr\":\"::1\",\"uri\":\"/caf\xe9\",\"args\":\"\xff\",\"http_user_agent\":\"\xc3\xa9\xc3\"}"),
    ] {
        let mut reader = FormatOptions::new().reader(format.parse().unwrap());
        if !before.is_empty() {
            reader.read(before.as_bytes()).unwrap();
        }
        let record = reader.read(line).unwrap().into_record().unwrap();
        assert_eq!(record.task().as_str(), r"/caf\x{E9}", "{format}");
        let data = record.data();
        assert_eq!(data.get("query").unwrap(), r"\x{FF}", "{format}");
        let (agent, other) = match format {
            "haproxy" => (data.get("more.request_headers"), r"{é\x{C3}}"),
            _ => (data.get("agent"), r"é\x{C3}"),
        };
        assert_eq!(agent.unwrap(), other, "{format}");
        assert_eq!(record.time().to_string(), "2012-02-10T16:42:07Z", "{format}");
    }
}

#[test]
fn a_log_of_many_lines_is_detected_by_most_of_them() {
    for sample in SAMPLES {
        let noise = vec![&b"noise"[..]; 3];
        let lines = sample.lines.iter().map(|line| line.as_bytes());
        let lines: Vec<_> = noise.into_iter().chain(lines).collect();
        let detected = detect(&lines, &FormatOptions::new());
        assert_eq!(
            detected.format.name(),
            sample.format,
            "{:?} {AGENT}",
            sample.lines
        );
    }
}
