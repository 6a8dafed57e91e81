//! A batch comes in, the lending bank is warned within seconds, its officer reads what happened and marks it, and those who
//! supervise see how the model does.

mod program;

use jq_web::audience::Audience;
use program::demo::Demo;
use program::warned::warn;

#[test]
fn a_batch_warns_the_bank_that_lent_and_its_officer_says_whether_it_was_right() {
    Demo::each("warned", 300, |demo| {
        let warned = warn(demo);
        println!("warned after {:?}", warned.after);
        let address = format!("/bank/warnings/{}", warned.id);

        let mut officer = demo.sign_in_staff(Audience::Bank, &warned.officer);
        let mut told = String::new();
        for _ in 0..400 {
            told = officer.open("/bank/messages").text();
            if told.contains(&address) {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        assert!(told.contains(&address) && told.contains("红色预警"), "{told}");
        assert!(!told.contains("被执行"), "what happened stands on the page only");

        let list = officer.open("/bank/warnings?level=red&model=new_enforcement");
        assert!(list.text().contains(&address), "{}", list.text());
        let order = officer.open(&format!("/bank/orders/{}", warned.order)).text();
        assert!(order.contains("data-test=\"order-warning\"") && order.contains(&address), "{order}");
        let page = officer.open(&address);
        assert_eq!(page.status, 200);
        for words in
            ["法院对借款人新立了执行案件", "未结执行案件数", "当日联系借款人", "data-test=\"mark-right\""]
        {
            assert!(page.text().contains(words), "{words}: {}", page.text());
        }
        let marked = officer.press("mark-right", &[("mark", "right"), ("note", "已电话核实，正在协商和解")]);
        assert_eq!(marked.status, 200);
        for words in ["属实", "已电话核实，正在协商和解", "data-test=\"mark-wrong\""] {
            assert!(marked.text().contains(words), "{words}: {}", marked.text());
        }
        let nothing = officer.send(&address, &[("mark", "perhaps")]);
        assert_eq!(nothing.status, 422);

        let mut other = demo.sign_in_staff(Audience::Bank, "admin@bank02");
        assert_eq!(other.open(&address).status, 404);
        let mut supervisor = demo.sign_in_staff(Audience::Oversight, "supervisor");
        let models = supervisor.open("/oversight/warnings?bank=bank01").text();
        assert!(models.contains("data-model=\"new_enforcement\"") && models.contains("100.0%"), "{models}");
        let listed = demo.program.json(&["warning", "list", "--bank", "bank01", "--state", "right"]);
        assert_eq!(listed[0]["warning"], warned.id.as_str(), "{listed}");
        let models = demo.program.json(&["warning", "models"]);
        let model = models.as_array().expect("a list").iter().find(|one| one["model"] == "new_enforcement");
        assert_eq!(model.expect("the model")["right"], 1, "{models}");
        assert_eq!(demo.program.json(&["audit", "verify"])["broken"], serde_json::Value::Null);
    });
}
