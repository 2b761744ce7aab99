//! `china/`, the Chinese system: GB18030, commas, Chinese headers and dates, amounts in ten thousands of euros (万欧元).
//!
//! In: dossiers of Chinese accounts. Out: customers, their CRM numbers, order lines with due and paid dates.

use std::path::Path;

use encoding_rs::GB18030;

use crate::synthetic::products;
use crate::synthetic::trade::Order;
use crate::synthetic::words::DEPARTMENTS_ZH;
use crate::synthetic::write::Dossier;
use crate::synthetic::write::damage::Damage;
use crate::synthetic::write::money::{chinese_day, in_ten_thousands, or_empty};
use crate::synthetic::write::table::{Dialect, Table, cells};
use crate::synthetic::{Settings, SyntheticError};

const DIALECT: Dialect = Dialect { encoding: GB18030, delimiter: ',', line_end: "\r\n" };

/// The files of the Chinese system.
pub struct China {
    customers: Table,
    numbers: Table,
    orders: Table,
}

const CUSTOMERS: &[&str] = &["客户编号", "公司名称", "城市", "行业"];
const NUMBERS: &[&str] = &["客户编号", "CRM编号"];
const ORDERS: &[&str] = &[
    "订单号",
    "行号",
    "客户编号",
    "订单日期",
    "部门",
    "产品编号",
    "数量",
    "金额（万欧元）",
    "毛利（万欧元）",
    "应付日期",
    "实付日期",
];

impl China {
    /// Begins the files.
    pub fn create(settings: &Settings, folder: &Path) -> Result<Self, SyntheticError> {
        let table = |path, columns, damage| Table::create(settings, folder, path, DIALECT, columns, damage);
        let orders = Damage { table: 7, dates: &[3], numbers: &[6, 7], texts: &[4, 5], bytes: &[4], is_master: false };
        Ok(Self {
            customers: table("china/customers.csv", CUSTOMERS, Damage::default())?,
            numbers: table("china/numbers.csv", NUMBERS, Damage::default())?,
            orders: table("china/orders.csv", ORDERS, orders)?,
        })
    }

    /// Writes one account's rows.
    pub fn write(&mut self, dossier: &Dossier) -> Result<(), SyntheticError> {
        let account = &dossier.account;
        let number = account.customer_number();
        self.customers.row(cells![number, account.name.legal, account.city, account.sector().name_zh])?;
        self.numbers.row(cells![number, account.key()])?;
        for order in &dossier.orders {
            self.order(account.number, &number, order)?;
        }
        Ok(())
    }

    /// The files, to be ended.
    pub fn into_tables(self) -> Vec<Table> {
        vec![self.customers, self.numbers, self.orders]
    }

    fn order(&mut self, account: u32, customer: &str, order: &Order) -> Result<(), SyntheticError> {
        for (position, line) in (1..).zip(&order.lines) {
            self.orders.row(cells![
                format!("DD{:05}-{:04}", account + 1, order.number),
                position,
                customer,
                chinese_day(order.date),
                DEPARTMENTS_ZH[order.department],
                products::key(line.product),
                line.quantity,
                in_ten_thousands(line.amount),
                in_ten_thousands(line.margin),
                chinese_day(order.due),
                or_empty(order.paid, chinese_day),
            ])?;
        }
        Ok(())
    }
}
